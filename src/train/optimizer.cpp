#include "train/optimizer.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "tensor/backend.h"

namespace aufbau::train {

namespace {

void require(bool holds, const char* option, double value, const char* expected) {
  if (!holds) fail(ErrorKind::usage, "optimizer", option, " is ", value, ", expected ", expected);
}

bool takes_steps(const nn::Parameter& parameter) {
  return parameter.trained && parameter.tensor.size() > 0 && bool(parameter.tensor.grad());
}

}  // namespace

void check_optimizer_options(const OptimizerOptions& options) {
  require(std::isfinite(options.init_lr) && options.init_lr > 0, "init-lr", options.init_lr,
          "a number above 0");
  require(options.beta1 >= 0 && options.beta1 < 1, "beta1", options.beta1, "0 <= beta1 < 1");
  require(options.beta2 >= 0 && options.beta2 < 1, "beta2", options.beta2, "0 <= beta2 < 1");
  require(std::isfinite(options.eps) && options.eps > 0, "eps", options.eps, "a number above 0");
  require(std::isfinite(options.weight_decay) && options.weight_decay >= 0, "weight-decay",
          options.weight_decay, "a number from 0");
  require(std::isfinite(options.gradient_clip) && options.gradient_clip >= 0, "gradient-clip",
          options.gradient_clip, "a number from 0 (0: off)");
}

Adam::Adam(nn::Parameters parameters, const OptimizerOptions& options, std::vector<double> lr_scale)
    : parameters_(std::move(parameters)), options_(options), lr_scale_(std::move(lr_scale)) {
  check_optimizer_options(options_);
  if (lr_scale_.empty()) lr_scale_.assign(parameters_.size(), 1.0);
  if (lr_scale_.size() != parameters_.size())
    fail(ErrorKind::internal, "adam", "lr_scale has ", lr_scale_.size(), " entries for ",
         parameters_.size(), " parameters");
  for (const nn::Parameter& parameter : parameters_) {
    const bool trained = parameter.trained;
    const Tensor& tensor = parameter.tensor;
    m_.push_back(trained ? Tensor::zeros(tensor.shape(), tensor.dtype(), tensor.device())
                         : Tensor());
    v_.push_back(trained ? m_.back().clone() : Tensor());
  }
}

Tensor Adam::square_sums() const {
  std::vector<Tensor> gradients;
  for (const nn::Parameter& parameter : parameters_)
    if (takes_steps(parameter)) gradients.push_back(parameter.tensor.grad());
  const Device device = nn::device_of(parameters_);
  Tensor sums = Tensor::empty({static_cast<std::int64_t>(gradients.size())}, DType::f64, device);
  backend_for(device).square_sums(gradients, sums);
  return sums;
}

void Adam::measure_gradient(const Tensor& square_sums) {
  const std::span<const double> squares = square_sums.values<double>();
  double total = 0;
  std::size_t next = 0;
  for (const nn::Parameter& parameter : parameters_) {
    if (!takes_steps(parameter)) continue;
    const double square = squares[next++];
    // The square of any finite float is finite in double, so a sum that is not tells of an element
    // that is not.
    if (!std::isfinite(square))
      fail(ErrorKind::non_finite, "adam", "the gradient of ", parameter.name, " is not finite");
    total += square;
  }
  gradient_norm_ = std::sqrt(total);
}

void Adam::step(double lr) { step(lr, square_sums().to(Device{})); }

void Adam::step(double lr, const Tensor& square_sums) {
  measure_gradient(square_sums);
  ++step_;
  // Kingma and Ba 2015, algorithm 1. PyTorch >= 1.3 adds eps to the corrected root, torch 1.0.1 to
  // the bare one.
  const double t = static_cast<double>(step_);
  const double correction = 1 - std::pow(options_.beta1, t);
  const double root_correction = std::sqrt(1 - std::pow(options_.beta2, t));
  const bool bare = options_.torch101_adam;
  const bool clips = options_.gradient_clip > 0 && gradient_norm_ > options_.gradient_clip;
  const AdamStep numbers{.beta1 = options_.beta1,
                         .beta2 = options_.beta2,
                         .eps = options_.eps,
                         .decay = options_.weight_decay,
                         .clip = clips ? options_.gradient_clip / gradient_norm_ : 1.0,
                         .root = bare ? 1.0 : root_correction};
  const double rate = lr / correction * (bare ? root_correction : 1.0);
  std::vector<AdamParameter> moved;
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    if (const nn::Parameter& parameter = parameters_[i]; takes_steps(parameter))
      moved.push_back(
          {parameter.tensor.grad(), m_[i], v_[i], parameter.tensor, rate * lr_scale_[i]});
  backend_for(nn::device_of(parameters_)).adam(numbers, moved);
}

void Adam::zero_grad() {
  for (nn::Parameter& parameter : parameters_) parameter.tensor.set_grad(Tensor());
}

double Adam::last_gradient_norm() const { return gradient_norm_; }

std::vector<store::NamedTensor> Adam::state() const {
  std::vector<store::NamedTensor> tensors;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].trained) continue;
    tensors.push_back({"optimizer.m." + parameters_[i].name, m_[i].host_copy()});
    tensors.push_back({"optimizer.v." + parameters_[i].name, v_[i].host_copy()});
  }
  const std::vector<std::int64_t> step = {step_};
  tensors.push_back({"optimizer.step", Tensor::from(std::span<const std::int64_t>(step), {1})});
  return tensors;
}

void Adam::load_state(const std::vector<store::NamedTensor>& tensors) {
  const auto take = [&](const std::string& name, const Shape& shape, DType dtype) -> Tensor {
    for (const store::NamedTensor& entry : tensors) {
      if (entry.name != name) continue;
      if (entry.tensor.shape() != shape || entry.tensor.dtype() != dtype)
        fail(ErrorKind::mismatch, "adam", name, " is ", name_of(entry.tensor.dtype()), ' ',
             to_string(entry.tensor.shape()), ", expected ", name_of(dtype), ' ', to_string(shape));
      return entry.tensor.clone();
    }
    fail(ErrorKind::mismatch, "adam", "the checkpoint has no tensor ", name);
  };
  std::vector<Tensor> m(m_.size()), v(v_.size());
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].trained) continue;
    const Tensor& tensor = parameters_[i].tensor;
    m[i] = take("optimizer.m." + parameters_[i].name, tensor.shape(), tensor.dtype())
               .to(tensor.device());
    v[i] = take("optimizer.v." + parameters_[i].name, tensor.shape(), tensor.dtype())
               .to(tensor.device());
  }
  step_ = take("optimizer.step", {1}, DType::i64).values<std::int64_t>()[0];
  m_ = std::move(m);
  v_ = std::move(v);
}

}  // namespace aufbau::train
