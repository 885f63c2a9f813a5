#pragma once
#include <vector>

#include "graphs/schema.h"
#include "nn/init.h"

namespace aufbau::nn {

/// The edge vectors of one layer: a table per edge column, added up. e_uv = B1[type] +
/// B2[direction] under hu2.
class EdgeEmbedding {
 public:
  /// `edge_embedding<c + 1>.weight [codes of column c, width]`
  static ParameterSpecs specs(const graphs::FeatureSchema& schema, int width);
  /// Takes its tables from the layer's parameters.
  EdgeEmbedding(const graphs::FeatureSchema& schema, int width, const Parameters& layer);
  /// One row per edge code. edge_codes: i32 [K, edge columns] -> [K, width]; zeros where the schema
  /// has no edge column.
  Tensor table(const Tensor& edge_codes) const;

 private:
  std::vector<Tensor> columns_;
  Tensor no_columns_;  ///< [1, width] of zeros; undefined when there are columns
};

}  // namespace aufbau::nn
