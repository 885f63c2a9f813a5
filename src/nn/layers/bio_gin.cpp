#include "nn/layers/bio_gin.h"

#include "nn/encoder.h"
#include "tensor/ops.h"

namespace aufbau::nn {

namespace {

/// [a, b] in every row.
Tensor side_by_side(const Tensor& a, const Tensor& b) {
  return ops::concat_columns(std::vector<Tensor>{a, b});
}

}  // namespace

ParameterSpecs BioGinLayer::specs(const EncoderConfig& config) {
  const int width = config.width;
  ParameterSpecs specs = linear_specs("mlp.0", 2 * width, 2 * width);
  for (const ParameterSpecs& more :
       {with_prefix("mlp.1.", Normalisation::specs(2 * width)),
        linear_specs("mlp.3", 2 * width, width), EdgeEmbedding::specs(config.schema, width)})
    specs.insert(specs.end(), more.begin(), more.end());
  return specs;
}

BioGinLayer::BioGinLayer(const EncoderConfig& config, const Parameters& own)
    : weight1_(tensor_named(own, "mlp.0.weight")),
      bias1_(tensor_named(own, "mlp.0.bias")),
      weight2_(tensor_named(own, "mlp.3.weight")),
      bias2_(tensor_named(own, "mlp.3.bias")),
      norm_(below("mlp.1.", own)),
      edges_(config.schema, config.width, own) {}

Tensor BioGinLayer::forward(const Tensor& states, const graphs::Block& block,
                            const Tensor& edge_features, const ForwardContext& context) const {
  // A sum of pairs is the pair of the sums: [h, 0] and [0, e] go through the sum that adds them.
  const Tensor edges = edges_.table(edge_features);
  const Tensor message = ops::aggregate(
      side_by_side(states, Tensor::zeros(states.shape(), states.dtype(), states.device())),
      side_by_side(Tensor::zeros(edges.shape(), edges.dtype(), edges.device()), edges),
      block.edges);
  const Tensor hidden = norm_.forward(ops::linear(message, weight1_, bias1_), block.multiplicity,
                                      context.training, ops::Activation::relu);
  return ops::linear(hidden, weight2_, bias2_);
}

}  // namespace aufbau::nn
