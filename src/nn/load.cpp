#include <algorithm>
#include <unordered_map>

#include "core/error.h"
#include "nn/model_file.h"

namespace aufbau::nn {

namespace {

bool is_counter(const Tensor& tensor) { return tensor.dtype() == DType::i64; }

void require_fits(const store::NamedTensor& from, const Tensor& into) {
  if (from.tensor.shape() != into.shape())
    fail(ErrorKind::mismatch, "load", "tensor '", from.name, "': expected shape ",
         to_string(into.shape()), ", got ", to_string(from.tensor.shape()));
  const bool value = from.tensor.dtype() == DType::f32 || from.tensor.dtype() == DType::f64;
  if (is_counter(into) ? !is_counter(from.tensor) : !value)
    fail(ErrorKind::mismatch, "load", "tensor '", from.name, "': expected ", name_of(into.dtype()),
         ", got ", name_of(from.tensor.dtype()));
}

}  // namespace

LoadReport load_parameters(const std::vector<store::NamedTensor>& from, Parameters& into) {
  std::unordered_map<std::string, const store::NamedTensor*> by_name;
  for (const store::NamedTensor& tensor : from) by_name[tensor.name] = &tensor;
  // All checks come before the first copy, so that an error leaves the model as it was.
  for (const Parameter& parameter : into)
    if (const auto found = by_name.find(parameter.name); found != by_name.end())
      require_fits(*found->second, parameter.tensor);

  LoadReport report;
  for (Parameter& parameter : into) {
    const auto found = by_name.find(parameter.name);
    if (found == by_name.end()) {
      report.fresh.push_back(parameter.name);
      continue;
    }
    parameter.tensor.assign(found->second->tensor.to(parameter.tensor.dtype()));
    report.loaded.push_back(parameter.name);
    by_name.erase(found);
  }
  for (const store::NamedTensor& tensor : from)
    if (by_name.contains(tensor.name)) report.skipped.push_back(tensor.name);
  return report;
}

std::vector<store::NamedTensor> snapshot(const Parameters& parameters) {
  std::vector<store::NamedTensor> tensors;
  for (const Parameter& parameter : parameters)
    tensors.push_back({parameter.name, parameter.tensor.dtype() == DType::f64
                                           ? parameter.tensor.to(DType::f32)
                                           : parameter.tensor.host_copy()});
  return tensors;
}

}  // namespace aufbau::nn
