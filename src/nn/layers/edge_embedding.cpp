#include "nn/layers/edge_embedding.h"

#include "tensor/ops.h"

namespace aufbau::nn {

namespace {

std::string table_name(std::size_t column) {
  return "edge_embedding" + std::to_string(column + 1) + ".weight";
}

}  // namespace

ParameterSpecs EdgeEmbedding::specs(const graphs::FeatureSchema& schema, int width) {
  ParameterSpecs specs;
  for (std::size_t c = 0; c < schema.edge.size(); ++c)
    specs.push_back({table_name(c), {schema.edge[c].cardinality, width}, Init::xavier_uniform});
  return specs;
}

EdgeEmbedding::EdgeEmbedding(const graphs::FeatureSchema& schema, int width,
                             const Parameters& layer) {
  for (std::size_t c = 0; c < schema.edge.size(); ++c)
    columns_.push_back(tensor_named(layer, table_name(c)));
  if (columns_.empty()) no_columns_ = Tensor::zeros({1, width}, layer.front().tensor.dtype());
}

Tensor EdgeEmbedding::table(const Tensor& edge_codes) const {
  return columns_.empty() ? no_columns_ : ops::embedding_sum(edge_codes, columns_);
}

}  // namespace aufbau::nn
