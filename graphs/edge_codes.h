#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "graphs/graph.h"
#include "tensor/tensor.h"

namespace aufbau::graphs {

/// The edges of a batch as numbers, so that an edge vector is computed once for all edges alike.
struct EdgeCodes {
  std::vector<std::int32_t> code;  ///< of each edge, graph by graph
  std::int32_t count = 0;          ///< codes are below it
  std::int32_t self_loop = 0;
  Tensor values;  ///< see GraphBatch::edge_values
};

/// Edge columns in mixed radix (FeatureSchema::edge_code); real values numbered in the order in
/// which different ones are met.
EdgeCodes edge_codes_of(std::span<const GraphView> graphs, const FeatureSchema& schema);

}  // namespace aufbau::graphs
