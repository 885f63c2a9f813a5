#include "nn/layers/edge_embedding.h"

#include "tensor/ops.h"

namespace aufbau::nn {

namespace {

constexpr const char* kEncoder = "edge_encoder";

std::string table_name(std::size_t column) {
  return "edge_embedding" + std::to_string(column + 1) + ".weight";
}

}  // namespace

ParameterSpecs EdgeEmbedding::specs(const graphs::FeatureSchema& schema, int width) {
  if (!schema.edge_values.empty()) return linear_specs(kEncoder, schema.edge_value_width(), width);
  ParameterSpecs specs;
  for (std::size_t c = 0; c < schema.edge.size(); ++c)
    specs.push_back({table_name(c), {schema.edge[c].cardinality, width}, Init::xavier_uniform});
  return specs;
}

EdgeEmbedding::EdgeEmbedding(const graphs::FeatureSchema& schema, int width,
                             const Parameters& layer) {
  if (!schema.edge_values.empty()) {
    weight_ = tensor_named(layer, std::string(kEncoder) + ".weight");
    bias_ = tensor_named(layer, std::string(kEncoder) + ".bias");
    return;
  }
  for (std::size_t c = 0; c < schema.edge.size(); ++c)
    columns_.push_back(tensor_named(layer, table_name(c)));
  if (columns_.empty()) no_features_ = Tensor::zeros({1, width}, layer.front().tensor.dtype());
}

Tensor EdgeEmbedding::table(const Tensor& edge_features) const {
  if (weight_) return ops::linear(edge_features, weight_, bias_);
  return columns_.empty() ? no_features_.to(edge_features.device())
                          : ops::embedding_sum(edge_features, columns_);
}

}  // namespace aufbau::nn
