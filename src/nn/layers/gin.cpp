#include "nn/layers/gin.h"

#include "nn/encoder.h"
#include "tensor/ops.h"

namespace aufbau::nn {

ParameterSpecs GinLayer::specs(const EncoderConfig& config) {
  ParameterSpecs specs = linear_specs("mlp.0", config.width, 2 * config.width);
  for (const ParameterSpecs& more : {linear_specs("mlp.2", 2 * config.width, config.width),
                                     EdgeEmbedding::specs(config.schema, config.width)})
    specs.insert(specs.end(), more.begin(), more.end());
  return specs;
}

GinLayer::GinLayer(const EncoderConfig& config, const Parameters& own)
    : weight1_(tensor_named(own, "mlp.0.weight")),
      bias1_(tensor_named(own, "mlp.0.bias")),
      weight2_(tensor_named(own, "mlp.2.weight")),
      bias2_(tensor_named(own, "mlp.2.bias")),
      edges_(config.schema, config.width, own) {}

Tensor GinLayer::forward(const Tensor& states, const graphs::Block& block,
                         const Tensor& edge_features, const ForwardContext&) const {
  const Tensor message = ops::aggregate(states, edges_.table(edge_features), block.edges);
  const Tensor hidden = ops::linear(message, weight1_, bias1_, ops::Activation::relu);
  return ops::linear(hidden, weight2_, bias2_);
}

Tensor GinLayer::forward_normalised(const Tensor& states, const graphs::Block& block,
                                    const Tensor& edge_features, const ForwardContext& context,
                                    const Normalisation& norm, ops::Activation activation) const {
  if (context.training || !NoGrad::active())
    return Layer::forward_normalised(states, block, edge_features, context, norm, activation);
  const ops::LinearMap second = norm.folded(weight2_, bias2_);
  return ops::aggregate_perceptron(states, edges_.table(edge_features), block.edges, weight1_,
                                   bias1_, second.weight, second.bias, activation);
}

}  // namespace aufbau::nn
