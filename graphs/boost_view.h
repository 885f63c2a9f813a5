#pragma once
// Boost.Graph's view of our graphs. Include in .cpp files only: it costs seconds of compile time.
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <cstdint>
#include <utility>
#include <vector>

#include "graphs/graph.h"

namespace aufbau::graphs {

/// Compressed sparse rows, which Boost's algorithms walk without touching memory twice.
using BoostGraph =
    boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, boost::no_property,
                                       boost::no_property, std::int32_t, std::int32_t>;

/// The graph with every edge in both directions, so that algorithms for undirected graphs apply;
/// out-edges of a node in edge order.
inline BoostGraph boost_graph(const GraphView& graph) {
  std::vector<std::pair<std::int32_t, std::int32_t>> edges;
  edges.reserve(2 * graph.begin.size());
  for (std::size_t e = 0; e < graph.begin.size(); ++e) {
    edges.emplace_back(graph.begin[e], graph.end[e]);
    edges.emplace_back(graph.end[e], graph.begin[e]);
  }
  return BoostGraph(boost::edges_are_unsorted_multi_pass, edges.begin(), edges.end(),
                    graph.node_count());
}

}  // namespace aufbau::graphs
