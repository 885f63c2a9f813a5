#include "nn/layers/molclr_gcn.h"

#include "nn/encoder.h"
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
                               const Tensor& edge_codes) const {
  const std::int64_t width = bias_.size();
  const auto ones = [&](Shape shape) {
    return Tensor::full(std::move(shape), 1, bias_.dtype(), states.device());
  };
  // A column times ones spreads its number over the width; so do ones times a row.
  const Tensor edge_table = ops::linear(edges_.table(edge_codes), ones({width, 1}), {});
  const Tensor sum = ops::aggregate(ops::linear(states, weight_, {}), edge_table, block.edges);
  const Tensor bias = ops::linear(ones({sum.rows(), 1}), bias_.reshape({width, 1}), {});
  return ops::add(sum, bias);
}

}  // namespace aufbau::nn
