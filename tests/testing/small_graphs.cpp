#include "testing/small_graphs.h"

#include <algorithm>

#include "core/random.h"

namespace aufbau::testing {

graphs::Graph graph_of(std::int32_t nodes, const Edges& edges) {
  constexpr std::uint16_t kCarbon = 5;
  graphs::Graph graph;
  graph.node_columns = graph.edge_columns = 2;
  for (std::int32_t node = 0; node < nodes; ++node) {
    graph.node_codes.push_back(kCarbon);
    graph.node_codes.push_back(0);
  }
  for (const auto& [begin, end] : edges) {
    graph.begin.push_back(begin);
    graph.end.push_back(end);
  }
  graph.edge_codes.assign(2 * edges.size(), 0);
  return graph;
}

graphs::Graph path_graph(std::int32_t nodes) {
  Edges edges;
  for (std::int32_t node = 1; node < nodes; ++node) edges.emplace_back(node - 1, node);
  return graph_of(nodes, edges);
}

graphs::Graph ring_graph(std::int32_t nodes) {
  graphs::Graph graph = path_graph(nodes);
  graph.begin.push_back(nodes - 1);
  graph.end.push_back(0);
  graph.edge_codes.resize(graph.edge_codes.size() + 2, 0);
  return graph;
}

graphs::FeatureSchema weighted_schema(std::int32_t node_codes) {
  graphs::FeatureSchema schema{"weighted", 1, {{"kind", node_codes, {}}}, {}};
  schema.edge_values = {"weight", "half"};
  return schema;
}

graphs::Graph weighted_ring(std::int32_t nodes, std::int32_t kinds) {
  graphs::Graph graph;
  graph.node_columns = 1;
  graph.node_codes.assign(static_cast<std::size_t>(nodes), 0);
  for (std::int32_t e = 0; e < nodes; ++e) {
    graph.begin.push_back(e);
    graph.end.push_back((e + 1) % nodes);
    graph.edge_values.push_back(static_cast<float>(e % kinds));
    graph.edge_values.push_back(0.5f);
  }
  graph.centre = nodes - 1;
  return graph;
}

graphs::Graph random_graph(std::int32_t nodes, std::uint32_t number) {
  Random random({.purpose = Purpose::test, .item = number});
  const auto below = [&](std::int32_t bound) {
    return static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(bound)));
  };
  Edges edges;
  for (std::int32_t node = 1; node < nodes; ++node)
    edges.emplace_back(node - 1 - below(std::min(node, 3)), node);
  for (std::int32_t ring = 0; ring < nodes / 8; ++ring) {
    const std::int32_t begin = below(nodes - 5);
    edges.emplace_back(begin, begin + 5);
  }
  graphs::Graph graph = graph_of(nodes, edges);
  for (std::size_t node = 0; node < graph.node_codes.size(); node += 2) {
    graph.node_codes[node] = static_cast<std::uint16_t>(5 + below(4));
    graph.node_codes[node + 1] = static_cast<std::uint16_t>(below(3));
  }
  for (std::size_t edge = 0; edge < graph.edge_codes.size(); edge += 2)
    graph.edge_codes[edge] = static_cast<std::uint16_t>(below(4));
  return graph;
}

}  // namespace aufbau::testing
