#pragma once
#include <vector>

#include "graphs/schema.h"
#include "nn/init.h"

namespace aufbau::nn {

/// The edge vectors of one layer. A table per edge column, added up: e_uv = B1[type] +
/// B2[direction] under hu2. Under a schema with real-valued edges a linear map: e_uv = W x_uv + b
/// (Hu et al. 2020, the biology networks).
class EdgeEmbedding {
 public:
  /// `edge_embedding<c + 1>.weight [codes of column c, width]`, or `edge_encoder.{weight,bias}`
  static ParameterSpecs specs(const graphs::FeatureSchema& schema, int width);
  /// Takes its tables from the layer's parameters.
  EdgeEmbedding(const graphs::FeatureSchema& schema, int width, const Parameters& layer);
  /// One row per edge code. edge_features: i32 [K, edge columns], or the values of
  /// GraphBatch::edge_values -> [K, width]; zeros where edges have no features.
  Tensor table(const Tensor& edge_features) const;

 private:
  std::vector<Tensor> columns_;
  Tensor weight_, bias_;  ///< of the linear map; undefined without real values
  Tensor no_features_;    ///< [1, width] of zeros; undefined when there are features
};

}  // namespace aufbau::nn
