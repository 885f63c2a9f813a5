#include "nn/layers/gcn.h"

#include "nn/encoder.h"
#include "tensor/ops.h"

namespace aufbau::nn {

ParameterSpecs GcnLayer::specs(const EncoderConfig& config) {
  ParameterSpecs specs = linear_specs("linear", config.width, config.width);
  for (const ParameterSpec& table : EdgeEmbedding::specs(config.schema, config.width))
    specs.push_back(table);
  return specs;
}

GcnLayer::GcnLayer(const EncoderConfig& config, const Parameters& own)
    : weight_(tensor_named(own, "linear.weight")),
      bias_(tensor_named(own, "linear.bias")),
      edges_(config.schema, config.width, own) {}

Tensor GcnLayer::forward(const Tensor& states, const graphs::Block& block,
                         const Tensor& edge_features, const ForwardContext&) const {
  const Tensor transformed = ops::linear(states, weight_, bias_);
  const Tensor share = ops::symmetric_weights(block.edges, block.source_degree, states.dtype());
  return ops::weighted_aggregate(transformed, edges_.table(edge_features), share, block.edges);
}

}  // namespace aufbau::nn
