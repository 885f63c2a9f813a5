#pragma once
#include <span>
#include <string>

#include "graphs/graphon/matrix.h"
#include "graphs/topology/graph_selection.h"
#include "graphs/topology/neighbours.h"

namespace aufbau::graphs {

/// One number about one graph: what simple comparisons of sets of graphs are made of.
struct GraphStatistic {
  const char* name;
  const char* summary;
  double (*value)(const GraphView& graph, const Neighbours& neighbours);
};
/// All of them: nodes, edges, components, mean-degree, mean-clustering, core-number,
/// mean-betweenness, adjacency-eigenvalue, laplacian-eigenvalue.
std::span<const GraphStatistic> graph_statistics();

/// The named statistics of every graph, [graphs, names]. Error{usage} with the nearest name for one
/// that is not in the table.
Matrix graph_statistics_of(const GraphSelection& graphs, std::span<const std::string> names);

}  // namespace aufbau::graphs
