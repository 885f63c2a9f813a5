#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/random.h"
#include "nn/parameters.h"

namespace aufbau::nn {

/// How a tensor of a fresh model is filled.
enum class Init {
  xavier_uniform,  ///< U(-b, b), b = sqrt(6 / (rows + columns)) of the last two extents (Glorot and
                   ///< Bengio 2010)
  linear_uniform,  ///< U(-b, b), b = 1 / sqrt(fan_in): the default of linear layers in PyTorch
  zeros,
  ones,
  counter  ///< the i64 scalar 0, whatever the dtype of the model
};

/// A tensor of a model before it exists: what files are checked against and models are made from.
struct ParameterSpec {
  std::string name;
  Shape shape;
  Init init = Init::zeros;
  std::int64_t fan_in = 0;  ///< linear_uniform: width of the layer's input
  bool trained = true;
};
using ParameterSpecs = std::vector<ParameterSpec>;

ParameterSpecs with_prefix(const std::string& prefix, ParameterSpecs specs);

/// `<name>.weight [out, in]` and `<name>.bias [out]`.
ParameterSpecs linear_specs(const std::string& name, std::int64_t in, std::int64_t out);

/// Fresh tensors in the order of `specs`; trained ones require gradients. Value i of the trained
/// tensor number t (counted from 0) is draw i of (seed, purpose, epoch 0, item index_base + t),
/// rounded to f32 whatever the dtype, so that f32 and f64 models start from the same point.
Parameters make_parameters(const ParameterSpecs& specs, DType dtype, std::uint64_t seed,
                           Purpose purpose, std::uint32_t index_base);

}  // namespace aufbau::nn
