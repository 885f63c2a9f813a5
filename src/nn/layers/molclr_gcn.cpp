#include "nn/layers/molclr_gcn.h"

#include "nn/encoder.h"
#include "nn/layers/bias.h"
#include "tensor/ops.h"

namespace aufbau::nn {

ParameterSpecs MolclrGcnLayer::specs(const EncoderConfig& config) {
  ParameterSpecs specs = {{"linear.weight", {config.width, config.width}, Init::xavier_uniform},
                          {"bias", {config.width}, Init::zeros}};
  for (const ParameterSpec& table : EdgeEmbedding::specs(config.schema, 1)) specs.push_back(table);
  return specs;
}

MolclrGcnLayer::MolclrGcnLayer(const EncoderConfig& config, const Parameters& own)
    : weight_(tensor_named(own, "linear.weight")),
      bias_(tensor_named(own, "bias")),
      edges_(config.schema, 1, own) {}

Tensor MolclrGcnLayer::forward(const Tensor& states, const graphs::Block& block,
                               const Tensor& edge_features, const ForwardContext&) const {
  // A column times a row of ones spreads its number over the width.
  const Tensor ones = Tensor::full({bias_.size(), 1}, 1, bias_.dtype(), states.device());
  const Tensor edge_table = ops::linear(edges_.table(edge_features), ones, {});
  const Tensor sum = ops::aggregate(ops::linear(states, weight_, {}), edge_table, block.edges);
  return add_bias(sum, bias_);
}

}  // namespace aufbau::nn
