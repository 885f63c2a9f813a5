#include "graphs/topology/graph_statistics.h"

#include <algorithm>
#include <boost/graph/betweenness_centrality.hpp>
#include <boost/graph/core_numbers.hpp>
#include <boost/property_map/property_map.hpp>
#include <vector>

#include "core/parallel.h"
#include "core/text.h"
#include "graphs/boost_view.h"
#include "graphs/statistics.h"
#include "graphs/topology/spectrum.h"
#include "graphs/topology/topology_statistics.h"

namespace aufbau::graphs {

namespace {

/// As boost_graph(), without the repetitions of an edge.
BoostGraph simple_boost_graph(const Neighbours& neighbours) {
  std::vector<std::pair<std::int32_t, std::int32_t>> edges;
  for (std::int32_t v = 0; v < neighbours.node_count(); ++v)
    for (const std::int32_t w : neighbours.of(v)) edges.emplace_back(v, w);
  return BoostGraph(boost::edges_are_sorted, edges.begin(), edges.end(), neighbours.node_count());
}

double nodes(const GraphView& graph, const Neighbours&) { return graph.node_count(); }

double edges(const GraphView&, const Neighbours& neighbours) {
  return static_cast<double>(neighbours.edge_count());
}

double components(const GraphView& graph, const Neighbours&) { return component_count(graph); }

double mean_degree(const GraphView&, const Neighbours& neighbours) {
  const double n = neighbours.node_count();
  return n > 0 ? 2 * static_cast<double>(neighbours.edge_count()) / n : 0;
}

double mean_clustering_coefficient(const GraphView&, const Neighbours& neighbours) {
  return mean_clustering(neighbours);
}

double core_number(const GraphView&, const Neighbours& neighbours) {
  if (neighbours.edge_count() == 0) return 0;
  BoostGraph graph = simple_boost_graph(neighbours);
  std::vector<std::int32_t> core(static_cast<std::size_t>(neighbours.node_count()));
  return boost::core_numbers(
      graph, boost::make_iterator_property_map(core.begin(), get(boost::vertex_index, graph)));
}

double mean_betweenness(const GraphView&, const Neighbours& neighbours) {
  const double n = neighbours.node_count();
  if (n < 3) return 0;
  const BoostGraph graph = simple_boost_graph(neighbours);
  std::vector<double> betweenness(static_cast<std::size_t>(neighbours.node_count()));
  boost::brandes_betweenness_centrality(
      graph,
      boost::make_iterator_property_map(betweenness.begin(), get(boost::vertex_index, graph)));
  std::sort(betweenness.begin(), betweenness.end());
  double sum = 0;
  for (const double value : betweenness) sum += value;
  // Every pair was counted in both directions.
  return sum / n / ((n - 1) * (n - 2));
}

double adjacency_eigenvalue(const GraphView&, const Neighbours& neighbours) {
  return largest_eigenvalue(neighbours, GraphMatrix::adjacency);
}

double laplacian_eigenvalue(const GraphView&, const Neighbours& neighbours) {
  return largest_eigenvalue(neighbours, GraphMatrix::laplacian);
}

constexpr GraphStatistic kStatistics[] = {
    {"nodes", "number of nodes", nodes},
    {"edges", "number of edges", edges},
    {"components", "number of connected pieces", components},
    {"mean-degree", "neighbours per node", mean_degree},
    {"mean-clustering", "mean share of a node's neighbour pairs that are joined",
     mean_clustering_coefficient},
    {"core-number", "largest k such that some nodes have k neighbours each among themselves",
     core_number},
    {"mean-betweenness", "mean share of shortest paths between others that pass a node",
     mean_betweenness},
    {"adjacency-eigenvalue", "largest eigenvalue of the adjacency matrix", adjacency_eigenvalue},
    {"laplacian-eigenvalue", "largest eigenvalue of degrees minus adjacency", laplacian_eigenvalue},
};

const GraphStatistic& statistic_by_name(const std::string& name) {
  for (const GraphStatistic& one : kStatistics)
    if (name == one.name) return one;
  std::vector<std::string> known;
  for (const GraphStatistic& one : kStatistics) known.emplace_back(one.name);
  fail_unknown_name("topology", "graph statistic", name, known);
}

}  // namespace

std::span<const GraphStatistic> graph_statistics() { return kStatistics; }

Matrix graph_statistics_of(const GraphSelection& graphs, std::span<const std::string> names) {
  std::vector<GraphStatistic> chosen;
  for (const std::string& name : names) chosen.push_back(statistic_by_name(name));
  constexpr std::int64_t kGraphsPerBlock = 64;
  Matrix result(graphs.size(), static_cast<Eigen::Index>(chosen.size()));
  parallel_blocks(graphs.size(), kGraphsPerBlock, [&](std::int64_t begin, std::int64_t end) {
    Neighbours neighbours;
    for (std::int64_t g = begin; g < end; ++g) {
      const GraphView graph = graphs[g];
      neighbours.assign(graph);
      for (std::size_t c = 0; c < chosen.size(); ++c)
        result(g, static_cast<Eigen::Index>(c)) = chosen[c].value(graph, neighbours);
    }
  });
  return result;
}

}  // namespace aufbau::graphs
