#include "train/optimizer.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/parallel.h"

namespace aufbau::train {

namespace {

/// Elements per block. Part of the "same bits" promise: the gradient norm adds block sums in block
/// order.
constexpr std::int64_t kBlock = 16384;

struct Coefficients {
  double lr, beta1, beta2, eps, weight_decay;
  double clip_scale;       ///< multiplies every gradient
  double root_correction;  ///< sqrt(1 - beta2^t)
  double step_size;        ///< what multiplies m / denominator
  bool eps_before_correction;
};

/// Kingma and Ba 2015, algorithm 1. PyTorch >= 1.3 adds eps to the corrected root, torch 1.0.1 to
/// the bare one.
template <class T>
void adam_block(const Coefficients& c, std::int64_t count, const T* gradient, T* m, T* v, T* p) {
  const T beta1 = static_cast<T>(c.beta1), rest1 = static_cast<T>(1 - c.beta1);
  const T beta2 = static_cast<T>(c.beta2), rest2 = static_cast<T>(1 - c.beta2);
  const T decay = static_cast<T>(c.weight_decay), clip = static_cast<T>(c.clip_scale);
  const T root = static_cast<T>(c.eps_before_correction ? 1.0 : c.root_correction);
  const T eps = static_cast<T>(c.eps), step = static_cast<T>(c.step_size);
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) {
    const T g = gradient[i] * clip + decay * p[i];
    m[i] = beta1 * m[i] + rest1 * g;
    v[i] = beta2 * v[i] + rest2 * (g * g);
    p[i] -= step * (m[i] / (std::sqrt(v[i]) / root + eps));
  }
}

template <class T>
double square_sum(const T* values, std::int64_t count) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::int64_t i = 0; i < count; ++i)
    sum += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  return sum;
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
  parallel_blocks(static_cast<std::int64_t>(blocks.size()), 1,
                  [&](std::int64_t first, std::int64_t) {
                    const Block& block = blocks[static_cast<std::size_t>(first)];
                    const Tensor gradient = parameters_[block.parameter].tensor.grad();
                    const std::int64_t count = block.end - block.begin;
                    sums[static_cast<std::size_t>(first)] =
                        gradient.dtype() == DType::f64
                            ? square_sum(gradient.values<double>().data() + block.begin, count)
                            : square_sum(gradient.values<float>().data() + block.begin, count);
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
  Coefficients base{};
  base.lr = lr;
  base.beta1 = options_.beta1;
  base.beta2 = options_.beta2;
  base.eps = options_.eps;
  base.weight_decay = options_.weight_decay;
  base.clip_scale = options_.gradient_clip > 0 && gradient_norm_ > options_.gradient_clip
                        ? options_.gradient_clip / gradient_norm_
                        : 1.0;
  base.eps_before_correction = options_.torch101_adam;
  const double t = static_cast<double>(step_);
  const double correction1 = 1 - std::pow(options_.beta1, t);
  base.root_correction = std::sqrt(1 - std::pow(options_.beta2, t));
  parallel_blocks(
      static_cast<std::int64_t>(blocks.size()), 1, [&](std::int64_t first, std::int64_t) {
        const Block& block = blocks[static_cast<std::size_t>(first)];
        const std::size_t i = block.parameter;
        Coefficients c = base;
        c.step_size = lr * lr_scale_[i] / correction1;
        if (c.eps_before_correction) c.step_size *= c.root_correction;
        Tensor p = parameters_[i].tensor, m = m_[i], v = v_[i];
        const Tensor gradient = p.grad();
        const std::int64_t at = block.begin, count = block.end - block.begin;
        if (p.dtype() == DType::f64)
          adam_block(c, count, gradient.values<double>().data() + at,
                     m.mutable_values<double>().data() + at, v.mutable_values<double>().data() + at,
                     p.mutable_values<double>().data() + at);
        else
          adam_block(c, count, gradient.values<float>().data() + at,
                     m.mutable_values<float>().data() + at, v.mutable_values<float>().data() + at,
                     p.mutable_values<float>().data() + at);
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
