#include "train/optimizer.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/parallel.h"
#include "tensor/backend.h"
#include "tensor/cpu/instruction_set.h"

namespace aufbau::train {

namespace {

/// Elements per block. Part of the "same bits" promise: the gradient norm adds block sums in block
/// order.
constexpr std::int64_t kBlock = 16384;

/// Calls body.template operator()<T>() with the type of the parameter's values.
template <class Body>
void with_type_of(const nn::Parameter& parameter, const Body& body) {
  if (parameter.tensor.dtype() == DType::f64) return body.template operator()<double>();
  body.template operator()<float>();
}

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

std::vector<Adam::Block> Adam::blocks() const {
  std::vector<Block> blocks;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (!takes_steps(parameters_[i])) continue;
    const std::int64_t size = parameters_[i].tensor.size();
    for (std::int64_t begin = 0; begin < size; begin += kBlock)
      blocks.push_back({i, begin, std::min(size, begin + kBlock)});
  }
  return blocks;
}

void Adam::measure_gradient(const std::vector<Block>& blocks) {
  std::vector<double> sums(blocks.size());
  parallel_blocks(
      static_cast<std::int64_t>(blocks.size()), 1, [&](std::int64_t first, std::int64_t) {
        const Block& block = blocks[static_cast<std::size_t>(first)];
        with_type_of(parameters_[block.parameter], [&]<class T>() {
          const T* gradient =
              parameters_[block.parameter].tensor.grad().values<T>().data() + block.begin;
          sums[static_cast<std::size_t>(first)] =
              cpu::loops<T>().dot(gradient, gradient, block.end - block.begin);
        });
      });
  double total = 0;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    // The square of any finite float is finite in double, so a sum that is not tells of an element
    // that is not.
    if (!std::isfinite(sums[b]))
      fail(ErrorKind::non_finite, "adam", "the gradient of ", parameters_[blocks[b].parameter].name,
           " is not finite");
    total += sums[b];
  }
  gradient_norm_ = std::sqrt(total);
}

void Adam::measure_gradient_there() {
  const Device device = nn::device_of(parameters_);
  Backend& backend = backend_for(device);
  const auto square_sum = [&](const nn::Parameter& parameter) {
    Tensor sum = Tensor::empty({}, DType::f64, device);
    backend.weighted_sum(parameter.tensor.grad(), parameter.tensor.grad(), sum);
    return sum;
  };
  Tensor total = Tensor::zeros({}, DType::f64, device);
  for (const nn::Parameter& parameter : parameters_)
    if (takes_steps(parameter)) backend.add(total, square_sum(parameter), total);
  const double squares = total.item();  // the only wait for the device
  if (!std::isfinite(squares))
    for (const nn::Parameter& parameter : parameters_)
      if (takes_steps(parameter) && !std::isfinite(square_sum(parameter).item()))
        fail(ErrorKind::non_finite, "adam", "the gradient of ", parameter.name, " is not finite");
  gradient_norm_ = std::sqrt(squares);
}

void Adam::step(double lr) {
  if (nn::device_of(parameters_) == Device{})
    measure_gradient(blocks());
  else
    measure_gradient_there();
  ++step_;
  // Kingma and Ba 2015, algorithm 1. PyTorch >= 1.3 adds eps to the corrected root, torch 1.0.1 to
  // the bare one.
  const double t = static_cast<double>(step_);
  const double correction = 1 - std::pow(options_.beta1, t);
  const double root_correction = std::sqrt(1 - std::pow(options_.beta2, t));
  const bool bare = options_.torch101_adam;
  const bool clips = options_.gradient_clip > 0 && gradient_norm_ > options_.gradient_clip;
  AdamStep numbers{.beta1 = options_.beta1,
                   .beta2 = options_.beta2,
                   .eps = options_.eps,
                   .decay = options_.weight_decay,
                   .clip = clips ? options_.gradient_clip / gradient_norm_ : 1.0,
                   .root = bare ? 1.0 : root_correction,
                   .step = 0};
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (!takes_steps(parameters_[i])) continue;
    numbers.step = lr * lr_scale_[i] / correction;
    if (bare) numbers.step *= root_correction;
    Tensor p = parameters_[i].tensor;
    backend_for(p.device()).adam(numbers, p.grad(), m_[i], v_[i], p);
  }
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
