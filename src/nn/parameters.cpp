#include "nn/parameters.h"

#include "core/error.h"

namespace aufbau::nn {

Parameters with_prefix(const std::string& prefix, Parameters parameters) {
  for (Parameter& parameter : parameters) parameter.name = prefix + parameter.name;
  return parameters;
}

Parameters below(const std::string& prefix, const Parameters& all) {
  Parameters some;
  for (const Parameter& parameter : all)
    if (parameter.name.starts_with(prefix))
      some.push_back({parameter.name.substr(prefix.size()), parameter.tensor, parameter.trained});
  return some;
}

const Tensor& tensor_named(const Parameters& parameters, const std::string& name) {
  for (const Parameter& parameter : parameters)
    if (parameter.name == name) return parameter.tensor;
  fail(ErrorKind::internal, "parameters", "there is no tensor '", name, "'");
}

namespace {

bool is_counter(const Parameter& parameter) { return parameter.tensor.dtype() == DType::i64; }

}  // namespace

Device device_of(const Parameters& parameters) {
  for (const Parameter& parameter : parameters)
    if (!is_counter(parameter)) return parameter.tensor.device();
  return {};
}

void move_to(Device device, Parameters parameters) {
  for (Parameter& parameter : parameters)
    if (!is_counter(parameter)) parameter.tensor.move_to(device);
}

}  // namespace aufbau::nn
