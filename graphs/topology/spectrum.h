#pragma once
#include "graphs/topology/neighbours.h"

namespace aufbau::graphs {

enum class GraphMatrix {
  adjacency,  ///< A
  laplacian   ///< D - A
};

/// The largest eigenvalue, by the method of Lanczos (1950) until doubling its steps changes nothing
/// at 1e-12 (relative). 0 for a graph without edges. Each step costs one pass over the edges: some
/// tens for most graphs, about as many as there are nodes for long paths and rings. Memory linear
/// in nodes.
double largest_eigenvalue(const Neighbours& neighbours, GraphMatrix matrix);

}  // namespace aufbau::graphs
