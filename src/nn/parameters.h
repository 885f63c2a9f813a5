#pragma once
#include <string>
#include <vector>

#include "tensor/tensor.h"

namespace aufbau::nn {

/// A parameter or buffer under its state-dict name. Tensors alias those of the module.
struct Parameter {
  std::string name;
  Tensor tensor;
  bool trained = true;  ///< false: a buffer (running statistics, counters), saved but not optimised
};
/// In the order of the published state dicts.
using Parameters = std::vector<Parameter>;

/// The same list with `prefix` before every name.
Parameters with_prefix(const std::string& prefix, Parameters parameters);

/// The parameters whose names start with `prefix`, without it.
Parameters below(const std::string& prefix, const Parameters& all);

/// The tensor of that name; Error{internal} when there is none.
const Tensor& tensor_named(const Parameters& parameters, const std::string& name);

/// What a forward pass needs to know beside its input.
struct ForwardContext {
  bool training = false;
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0, step = 0;  ///< step: global step of the stage; keys dropout
};

}  // namespace aufbau::nn
