#pragma once
#include <cstdint>

#include "graphs/graph.h"

namespace aufbau::graphs {

/// Number of connected components; 0 for a graph without nodes.
std::int32_t component_count(const GraphView& graph);

/// Sizes and shape of a set of graphs, for people who look into a file.
struct GraphSummary {
  std::int64_t graph_count = 0, node_count = 0,
               edge_count = 0;                ///< edges: each undirected one once
  std::int64_t max_nodes = 0, max_edges = 0;  ///< of one graph
  std::int64_t component_count = 0;           ///< over all graphs
  std::int64_t max_components = 0;
  std::int64_t ring_count = 0;  ///< cycle rank, edges - nodes + components, over all graphs
  std::int64_t max_rings = 0;
  double mean_nodes() const { return mean(node_count); }
  double mean_edges() const { return mean(edge_count); }
  double mean_components() const { return mean(component_count); }
  double mean_rings() const { return mean(ring_count); }

 private:
  double mean(std::int64_t total) const {
    return graph_count == 0 ? 0 : static_cast<double>(total) / static_cast<double>(graph_count);
  }
};
/// One pass over the set, on thread_count() threads.
GraphSummary graph_summary(const GraphSet& graphs);

}  // namespace aufbau::graphs
