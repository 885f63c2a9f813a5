#include "train/optimizer.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/parallel.h"
#include "tensor/cpu/instruction_set.h"

namespace aufbau::train {

namespace {

/// Elements per block. Part of the "same bits" promise: the gradient norm adds block sums in block
/// order.
constexpr std::int64_t kBlock = 16384;

/// What a step has for all parameters alike.
struct Coefficients {
  double clip;                         ///< multiplies every gradient
  double correction, root_correction;  ///< 1 - beta1^t, sqrt(1 - beta2^t)
};

/// Kingma and Ba 2015, algorithm 1. PyTorch >= 1.3 adds eps to the corrected root, torch 1.0.1 to
/// the bare one.
template <class T>
cpu::AdamStep<T> adam_step(const OptimizerOptions& options, const Coefficients& c, double rate) {
  const bool bare = options.torch101_adam;
  cpu::AdamStep<T> step;
  step.beta1 = static_cast<T>(options.beta1), step.rest1 = static_cast<T>(1 - options.beta1);
  step.beta2 = static_cast<T>(options.beta2), step.rest2 = static_cast<T>(1 - options.beta2);
  step.eps = static_cast<T>(options.eps), step.decay = static_cast<T>(options.weight_decay);
  step.clip = static_cast<T>(c.clip);
  step.root = static_cast<T>(bare ? 1.0 : c.root_correction);
  step.step = static_cast<T>(rate / c.correction * (bare ? c.root_correction : 1.0));
  return step;
}

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
    m_.push_back(trained ? Tensor::zeros(parameter.tensor.shape(), parameter.tensor.dtype())
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

void Adam::step(double lr) {
  const std::vector<Block> blocks = this->blocks();
  measure_gradient(blocks);
  ++step_;
  const double t = static_cast<double>(step_);
  const bool clips = options_.gradient_clip > 0 && gradient_norm_ > options_.gradient_clip;
  const Coefficients c = {.clip = clips ? options_.gradient_clip / gradient_norm_ : 1.0,
                          .correction = 1 - std::pow(options_.beta1, t),
                          .root_correction = std::sqrt(1 - std::pow(options_.beta2, t))};
  parallel_blocks(
      static_cast<std::int64_t>(blocks.size()), 1, [&](std::int64_t first, std::int64_t) {
        const Block& block = blocks[static_cast<std::size_t>(first)];
        const std::size_t i = block.parameter;
        with_type_of(parameters_[i], [&]<class T>() {
          Tensor p = parameters_[i].tensor;
          const std::int64_t at = block.begin;
          cpu::loops<T>().adam(
              adam_step<T>(options_, c, lr * lr_scale_[i]), p.grad().values<T>().data() + at,
              m_[i].mutable_values<T>().data() + at, v_[i].mutable_values<T>().data() + at,
              p.mutable_values<T>().data() + at, block.end - at);
        });
      });
}

void Adam::zero_grad() {
  for (nn::Parameter& parameter : parameters_) parameter.tensor.set_grad(Tensor());
}

double Adam::last_gradient_norm() const { return gradient_norm_; }

std::vector<store::NamedTensor> Adam::state() const {
  std::vector<store::NamedTensor> tensors;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    if (!parameters_[i].trained) continue;
    tensors.push_back({"optimizer.m." + parameters_[i].name, m_[i].clone()});
    tensors.push_back({"optimizer.v." + parameters_[i].name, v_[i].clone()});
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
    m[i] = take("optimizer.m." + parameters_[i].name, tensor.shape(), tensor.dtype());
    v[i] = take("optimizer.v." + parameters_[i].name, tensor.shape(), tensor.dtype());
  }
  step_ = take("optimizer.step", {1}, DType::i64).values<std::int64_t>()[0];
  m_ = std::move(m);
  v_ = std::move(v);
}

}  // namespace aufbau::train
