#pragma once
#include "graphs/topology/graph_selection.h"

namespace aufbau::graphs {

/// What graphons leave out: how large the graphs are and how many neighbours their nodes have.
/// Standard deviations are of the population. Zeros for no graphs; a graph without nodes has mean
/// degree 0.
struct GraphScale {
  double mean_nodes = 0, std_nodes = 0;
  double mean_degree = 0, std_degree = 0;  ///< of the mean degrees of the graphs
};
GraphScale graph_scale(const GraphSelection& graphs);

}  // namespace aufbau::graphs
