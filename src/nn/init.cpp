#include "nn/init.h"

#include <cmath>

#include "core/error.h"

namespace aufbau::nn {

namespace {

double bound_of(const ParameterSpec& spec) {
  if (spec.init == Init::linear_uniform) return 1 / std::sqrt(static_cast<double>(spec.fan_in));
  const std::size_t rank = spec.shape.size();
  return std::sqrt(6 / static_cast<double>(spec.shape[rank - 2] + spec.shape[rank - 1]));
}

template <class T>
void fill_uniform(Tensor& tensor, double bound, const RandomKey& key) {
  Random random(key);
  for (T& value : tensor.mutable_values<T>())
    value = static_cast<float>(bound * (2 * random.uniform() - 1));
}

Tensor make_tensor(const ParameterSpec& spec, DType dtype, const RandomKey& key) {
  switch (spec.init) {
    case Init::counter:
      return Tensor::zeros(spec.shape, DType::i64);
    case Init::zeros:
      return Tensor::zeros(spec.shape, dtype);
    case Init::ones:
      return Tensor::full(spec.shape, 1, dtype);
    case Init::xavier_uniform:
    case Init::linear_uniform:
      break;
  }
  Tensor tensor = Tensor::empty(spec.shape, dtype);
  if (dtype == DType::f64)
    fill_uniform<double>(tensor, bound_of(spec), key);
  else
    fill_uniform<float>(tensor, bound_of(spec), key);
  return tensor;
}

}  // namespace

ParameterSpecs with_prefix(const std::string& prefix, ParameterSpecs specs) {
  for (ParameterSpec& spec : specs) spec.name = prefix + spec.name;
  return specs;
}

ParameterSpecs linear_specs(const std::string& name, std::int64_t in, std::int64_t out) {
  return {{name + ".weight", {out, in}, Init::linear_uniform, in},
          {name + ".bias", {out}, Init::linear_uniform, in}};
}

Parameters make_parameters(const ParameterSpecs& specs, DType dtype, std::uint64_t seed,
                           Purpose purpose, std::uint32_t index_base) {
  Parameters parameters;
  RandomKey key{.seed = seed, .purpose = purpose, .item = index_base};
  for (const ParameterSpec& spec : specs) {
    Parameter parameter{spec.name, make_tensor(spec, dtype, key), spec.trained};
    if (spec.trained) {
      parameter.tensor.set_requires_grad(true);
      ++key.item;
    }
    parameters.push_back(std::move(parameter));
  }
  return parameters;
}

}  // namespace aufbau::nn
