#include "nn/layers/gat.h"

#include "nn/encoder.h"
#include "nn/layers/bias.h"
#include "tensor/ops.h"

namespace aufbau::nn {

namespace {

constexpr int kHeads = 2;
constexpr double kSlope = 0.2;

}  // namespace

ParameterSpecs GatLayer::specs(const EncoderConfig& config) {
  ParameterSpecs specs = {{"att", {1, kHeads, 2 * config.width}, Init::xavier_uniform},
                          {"bias", {config.width}, Init::zeros}};
  for (const ParameterSpecs& more :
       {linear_specs("weight_linear", config.width, kHeads * config.width),
        EdgeEmbedding::specs(config.schema, kHeads * config.width)})
    specs.insert(specs.end(), more.begin(), more.end());
  return specs;
}

GatLayer::GatLayer(const EncoderConfig& config, const Parameters& own)
    : width_(config.width),
      attention_(tensor_named(own, "att")),
      bias_(tensor_named(own, "bias")),
      weight_(tensor_named(own, "weight_linear.weight")),
      weight_bias_(tensor_named(own, "weight_linear.bias")),
      edges_(config.schema, kHeads * config.width, own) {}

Tensor GatLayer::forward(const Tensor& states, const graphs::Block& block,
                         const Tensor& edge_features, const ForwardContext&) const {
  const Tensor transformed = ops::linear(states, weight_, weight_bias_);
  const Tensor edges = edges_.table(edge_features);
  const Tensor attention = attention_.reshape({kHeads, 2 * width_});
  const Tensor of_receiver = ops::columns(attention, 0, width_);
  const Tensor of_sender = ops::columns(attention, width_, width_);
  // <q, y_u + e_uv> = <q, y_u> + <q, e_uv>: no array of one row of states per edge is needed.
  const Tensor scores = ops::entry_sum(
      ops::gather_rows(ops::head_dot(transformed, of_receiver), block.own_rows),
      ops::head_dot(transformed, of_sender), ops::head_dot(edges, of_sender), block.edges);
  const Tensor share = ops::segment_softmax(ops::leaky_relu(scores, kSlope), block.edges);
  return add_bias(ops::weighted_aggregate(transformed, edges, share, block.edges), bias_);
}

}  // namespace aufbau::nn
