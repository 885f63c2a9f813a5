#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "graphs/graph.h"

namespace aufbau::graphs {

/// Hop distance of every node from `root`, -1 where it is not reached within `limit` hops.
std::vector<std::int32_t> hop_distances(const GraphView& graph, std::int32_t root,
                                        std::int32_t limit);

/// Adds a node of another graph, and an edge with the codes and values that an edge of another
/// graph has: for graphs that are made of parts. `to` has the columns of `from`.
void append_node(Graph& to, const GraphView& from, std::int32_t node);
void append_edge(Graph& to, std::int32_t begin, std::int32_t end, const GraphView& from,
                 std::int32_t edge);

/// The subgraph on `nodes` (ascending, distinct): nodes renumbered in that order, edges in the
/// order of `graph`; its centre, when that is among them.
Graph induced_subgraph(const GraphView& graph, std::span<const std::int32_t> nodes);

/// What context prediction needs of one root (Hu et al. 2020, section 3.1.1 and appendix).
struct ContextPair {
  std::vector<std::int32_t> substructure_nodes;  ///< d <= k, ascending
  std::vector<std::int32_t> context_nodes;       ///< l1 < d <= l2, ascending
  std::vector<std::int32_t> overlap_nodes;       ///< both, ascending
  Graph substructure, context;                   ///< induced subgraphs
  std::int32_t root_row = 0;                     ///< the root's number in `substructure`
  std::vector<std::int32_t> overlap_rows;        ///< the overlap's numbers in `context`
  bool empty() const { return overlap_nodes.empty(); }
};
ContextPair context_pair(const GraphView& graph, std::int32_t root, std::int32_t k, std::int32_t l1,
                         std::int32_t l2);

}  // namespace aufbau::graphs
