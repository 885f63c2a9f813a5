#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "graphs/batch.h"
#include "graphs/edge_codes.h"

// What plain and compact batches are made of.
namespace aufbau::graphs {

/// Where each graph begins, and how much there is of everything.
struct BatchLayout {
  std::vector<std::int64_t> node_offset{0};
  std::int64_t edge_count = 0;
  std::int64_t node_count() const { return node_offset.back(); }
};
/// Error{internal}: a graph that breaks its promises; Error{usage}: too many nodes to number.
BatchLayout layout_of(std::span<const GraphView> graphs, const FeatureSchema& schema);

/// i32 [nodes, node columns]
Tensor node_codes_of(std::span<const GraphView> graphs, const FeatureSchema& schema,
                     const BatchLayout& layout);

/// Adds to `degree` [nodes] the neighbours of every node.
void count_neighbours(std::span<const GraphView> graphs, const BatchLayout& layout,
                      std::span<std::int32_t> degree);

/// `add(node, neighbour, code)` for both directions of every edge, in the order of the edges.
template <class Add>
void for_each_neighbour(std::span<const GraphView> graphs, const EdgeCodes& edges,
                        const BatchLayout& layout, const Add& add) {
  auto code = edges.code.begin();
  for (std::size_t g = 0; g < graphs.size(); ++g) {
    const GraphView& graph = graphs[g];
    const auto first = static_cast<std::int32_t>(layout.node_offset[g]);
    for (std::size_t e = 0; e < graph.begin.size(); ++e) {
      const std::int32_t begin = first + graph.begin[e], end = first + graph.end[e];
      add(begin, end, *code);
      add(end, begin, *code++);
    }
  }
}

/// One block of a plain batch: a row per node.
Block plain_block(std::span<const GraphView> graphs, const EdgeCodes& edges,
                  const BatchLayout& layout, const RowMap& identity);

/// Every graph reads the rows of its nodes; row_of_node empty: row i is node i.
RowMap read_out_map(const BatchLayout& layout, std::int64_t rows,
                    std::span<const std::int32_t> row_of_node = {});
/// Every graph reads the row of its centre; nothing when a graph has none.
RowMap centre_map(std::span<const GraphView> graphs, const BatchLayout& layout, std::int64_t rows,
                  std::span<const std::int32_t> row_of_node = {});

}  // namespace aufbau::graphs
