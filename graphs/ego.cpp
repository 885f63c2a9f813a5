#include "graphs/ego.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "graphs/subgraph.h"

namespace aufbau::graphs {

EgoSampler::EgoSampler(const GraphView& graph)
    : graph_(graph),
      offset_(static_cast<std::size_t>(graph.node_count()) + 1),
      neighbour_(2 * graph.begin.size()),
      edge_(2 * graph.begin.size()),
      number_(static_cast<std::size_t>(graph.node_count()), -1) {
  for (const auto ends : {graph.begin, graph.end})
    for (const std::int32_t node : ends) ++offset_[static_cast<std::size_t>(node) + 1];
  std::partial_sum(offset_.begin(), offset_.end(), offset_.begin());
  std::vector<std::int64_t> next(offset_.begin(), offset_.end() - 1);
  const auto add = [&](std::int32_t from, std::int32_t to, std::size_t edge) {
    const auto at = static_cast<std::size_t>(next[static_cast<std::size_t>(from)]++);
    neighbour_[at] = to;
    edge_[at] = static_cast<std::int32_t>(edge);
  };
  for (std::size_t e = 0; e < graph.begin.size(); ++e) {
    add(graph.begin[e], graph.end[e], e);
    add(graph.end[e], graph.begin[e], e);
  }
}

std::optional<Graph> EgoSampler::ego(std::int32_t centre, std::int32_t hops,
                                     std::int64_t max_nodes) {
  if (centre < 0 || centre >= graph_.node_count())
    fail(ErrorKind::internal, "ego network", "node ", centre, " of ", graph_.node_count());
  const auto entries_of = [&](std::int32_t node) {
    const auto v = static_cast<std::size_t>(node);
    return std::pair(static_cast<std::size_t>(offset_[v]),
                     static_cast<std::size_t>(offset_[v + 1]));
  };
  std::vector<std::int32_t> nodes = {centre};
  const auto forget = [&] {
    for (const std::int32_t node : nodes) number_[static_cast<std::size_t>(node)] = -1;
  };
  number_[static_cast<std::size_t>(centre)] = 0;
  std::size_t first = 0;  // of the nodes met in the last hop
  for (std::int32_t hop = 0; hop < hops && first < nodes.size(); ++hop) {
    const std::size_t last = nodes.size();
    for (; first < last; ++first) {
      const auto [begin, end] = entries_of(nodes[first]);
      for (std::size_t i = begin; i < end; ++i) {
        std::int32_t& number = number_[static_cast<std::size_t>(neighbour_[i])];
        if (number >= 0) continue;
        number = 0;
        nodes.push_back(neighbour_[i]);
        if (static_cast<std::int64_t>(nodes.size()) > max_nodes) {
          forget();
          return std::nullopt;
        }
      }
    }
  }

  std::sort(nodes.begin(), nodes.end());
  for (std::size_t i = 0; i < nodes.size(); ++i)
    number_[static_cast<std::size_t>(nodes[i])] = static_cast<std::int32_t>(i);
  std::vector<std::int32_t> edges;
  for (const std::int32_t node : nodes) {
    const auto [begin, end] = entries_of(node);
    for (std::size_t i = begin; i < end; ++i)
      if (node < neighbour_[i] && number_[static_cast<std::size_t>(neighbour_[i])] >= 0)
        edges.push_back(edge_[i]);
  }
  std::sort(edges.begin(), edges.end());

  Graph ego;
  ego.node_columns = graph_.node_columns;
  ego.edge_columns = graph_.edge_columns;
  ego.centre = number_[static_cast<std::size_t>(centre)];
  for (const std::int32_t node : nodes) append_node(ego, graph_, node);
  const auto number_of = [&](std::int32_t node) { return number_[static_cast<std::size_t>(node)]; };
  for (const std::int32_t edge : edges) {
    const auto e = static_cast<std::size_t>(edge);
    append_edge(ego, number_of(graph_.begin[e]), number_of(graph_.end[e]), graph_, edge);
  }
  forget();
  return ego;
}

}  // namespace aufbau::graphs
