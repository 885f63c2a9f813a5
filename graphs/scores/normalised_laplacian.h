#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "graphs/graphon/matrix.h"
#include "graphs/topology/neighbours.h"

namespace aufbau::graphs {

/// I - D^-1/2 A D^-1/2 of subgraphs, with zeros in the row of a node without neighbours;
/// eigenvalues in [0, 2]. Keeps its memory from call to call: 4 bytes per node of the largest
/// graph.
class NormalisedLaplacian {
 public:
  /// Of the subgraph induced by `nodes`, rows in their order; degrees within the subgraph.
  Matrix of(const Neighbours& neighbours, std::span<const std::int32_t> nodes);

 private:
  std::vector<std::int32_t> position_;  ///< in `nodes`; -1: not among them
};

}  // namespace aufbau::graphs
