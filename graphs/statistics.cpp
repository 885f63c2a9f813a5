#include "graphs/statistics.h"

#include <algorithm>
#include <boost/graph/connected_components.hpp>
#include <boost/property_map/property_map.hpp>
#include <vector>

#include "core/parallel.h"
#include "graphs/boost_view.h"

namespace aufbau::graphs {

namespace {

void add(GraphSummary& to, const GraphSummary& part) {
  to.graph_count += part.graph_count;
  to.node_count += part.node_count;
  to.edge_count += part.edge_count;
  to.component_count += part.component_count;
  to.ring_count += part.ring_count;
  to.max_nodes = std::max(to.max_nodes, part.max_nodes);
  to.max_edges = std::max(to.max_edges, part.max_edges);
  to.max_components = std::max(to.max_components, part.max_components);
  to.max_rings = std::max(to.max_rings, part.max_rings);
}

GraphSummary summary_of(const GraphView& graph) {
  const std::int64_t nodes = graph.node_count(), edges = graph.edge_count();
  const std::int64_t components = component_count(graph);
  const std::int64_t rings = edges - nodes + components;
  GraphSummary one;
  one.graph_count = 1;
  one.node_count = one.max_nodes = nodes;
  one.edge_count = one.max_edges = edges;
  one.component_count = one.max_components = components;
  one.ring_count = one.max_rings = rings;
  return one;
}

}  // namespace

std::int32_t component_count(const GraphView& graph) {
  std::vector<std::int32_t> component(static_cast<std::size_t>(graph.node_count()));
  const BoostGraph view = boost_graph(graph);
  return boost::connected_components(
      view, boost::make_iterator_property_map(component.begin(), get(boost::vertex_index, view)));
}

GraphSummary graph_summary(const GraphSet& graphs) {
  constexpr std::int64_t kBlock = 1024;
  std::vector<GraphSummary> parts(static_cast<std::size_t>((graphs.size() + kBlock - 1) / kBlock));
  parallel_blocks(graphs.size(), kBlock, [&](std::int64_t begin, std::int64_t end) {
    GraphSummary& part = parts[static_cast<std::size_t>(begin / kBlock)];
    for (std::int64_t g = begin; g < end; ++g) add(part, summary_of(graphs[g]));
  });
  GraphSummary all;
  for (const GraphSummary& part : parts) add(all, part);
  return all;
}

}  // namespace aufbau::graphs
