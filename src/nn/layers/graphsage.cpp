#include "nn/layers/graphsage.h"

#include "nn/encoder.h"
#include "tensor/ops.h"

namespace aufbau::nn {

ParameterSpecs GraphSageLayer::specs(const EncoderConfig& config) {
  ParameterSpecs specs = linear_specs("linear", config.width, config.width);
  for (const ParameterSpec& table : EdgeEmbedding::specs(config.schema, config.width))
    specs.push_back(table);
  return specs;
}

GraphSageLayer::GraphSageLayer(const EncoderConfig& config, const Parameters& own)
    : weight_(tensor_named(own, "linear.weight")),
      bias_(tensor_named(own, "linear.bias")),
      edges_(config.schema, config.width, own) {}

Tensor GraphSageLayer::forward(const Tensor& states, const graphs::Block& block,
                               const Tensor& edge_features, const ForwardContext&) const {
  const Tensor transformed = ops::linear(states, weight_, bias_);
  const Tensor sum = ops::aggregate(transformed, edges_.table(edge_features), block.edges);
  return ops::normalize_rows(ops::divide_by_count(sum, block.edges));
}

}  // namespace aufbau::nn
