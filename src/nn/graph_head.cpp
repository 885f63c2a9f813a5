#include "nn/graph_head.h"

#include "tensor/ops.h"

namespace aufbau::nn {

namespace {

constexpr const char* kPrefix = "pool.";
constexpr const char* kLinear = "graph_pred_linear";

}  // namespace

ParameterSpecs head_specs(const std::string& pooling, int width, std::int64_t tasks) {
  ParameterSpecs specs = with_prefix(kPrefix, pooling_specs(pooling, width));
  for (const ParameterSpec& spec : linear_specs(kLinear, pooled_width(pooling, width), tasks))
    specs.push_back(spec);
  return specs;
}

bool is_of_head(const std::string& name) {
  return name.starts_with(kPrefix) || name.starts_with(kLinear);
}

GraphHead::GraphHead(std::string pooling, const Parameters& parameters)
    : pooling_(std::move(pooling)),
      pool_(below(kPrefix, parameters)),
      weight_(tensor_named(parameters, std::string(kLinear) + ".weight")),
      bias_(tensor_named(parameters, std::string(kLinear) + ".bias")) {}

Tensor GraphHead::pool(const Tensor& states, const graphs::ReadOutRows& rows) const {
  return nn::pool(pooling_, states, rows, pool_);
}

Tensor GraphHead::forward(const Tensor& states, const graphs::ReadOutRows& rows) const {
  return ops::linear(pool(states, rows), weight_, bias_);
}

Parameters GraphHead::parameters() const {
  Parameters all = with_prefix(kPrefix, pool_);
  all.push_back({std::string(kLinear) + ".weight", weight_});
  all.push_back({std::string(kLinear) + ".bias", bias_});
  return all;
}

}  // namespace aufbau::nn
