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

/// Where the parameters of a model are: the values of all of them, but not the counters, which stay
/// on the CPU.
Device device_of(const Parameters& parameters);
/// Moves them there, for everybody who has them. Gradients are dropped.
void move_to(Device device, Parameters parameters);

/// What a forward pass needs to know beside its input.
struct ForwardContext {
  bool training = false;
  std::uint64_t seed = 0;
  std::uint32_t epoch = 0, step = 0;  ///< step: global step of the stage; keys dropout
};

}  // namespace aufbau::nn
