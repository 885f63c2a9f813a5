#pragma once
#include <cstdint>
#include <vector>

#include "graphs/graphon/graphon.h"
#include "graphs/topology/graph_selection.h"

namespace aufbau::graphs {

struct LargestGap {
  std::int64_t max_nodes = 0;      ///< N
  std::vector<std::int64_t> cuts;  ///< [k - 1] first positions of the blocks after the first
  Matrix block_mean;               ///< [k, k]
};

/// Largest gap (Channarond, Daudin and Robin 2012, "Classification and estimation in the Stochastic
/// Blockmodel based on the empirical degrees"): positions of the aligned and padded graphs
/// (BlockSizes) are cut at the k - 1 largest differences of neighbouring degrees, the first of
/// several, and W is the mean of the adjacency matrix over each pair of blocks, the diagonal
/// included. The common program for it sorts signed differences and so cuts where degrees differ
/// least; this does not. Works on the edges: holds N + k^2 numbers. Counts are integers: any order
/// of graphs gives the same bits.
LargestGap largest_gap_blocks(const GraphSelection& graphs);

/// The same as a step function with k blocks of unequal width.
Graphon largest_gap(const GraphSelection& graphs);

}  // namespace aufbau::graphs
