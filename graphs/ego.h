#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "graphs/graph.h"

namespace aufbau::graphs {

/// Cuts ego networks out of one large graph: the subgraph on all nodes within some hops of a
/// centre. An ego network costs time in its own size and the degrees of its inner nodes, not in the
/// size of the graph.
class EgoSampler {
 public:
  /// Keeps `graph`, which must outlive it.
  explicit EgoSampler(const GraphView& graph);
  /// Nodes ascending, edges in the order of the graph, `centre` set. Nothing when it would have
  /// more than `max_nodes` nodes. Error{internal}: no such node.
  std::optional<Graph> ego(std::int32_t centre, std::int32_t hops, std::int64_t max_nodes);

 private:
  GraphView graph_;
  std::vector<std::int64_t> offset_;            // [nodes + 1]
  std::vector<std::int32_t> neighbour_, edge_;  // [2 edges]
  std::vector<std::int32_t> number_;            // [nodes]: in the ego network at hand, else -1
};

}  // namespace aufbau::graphs
