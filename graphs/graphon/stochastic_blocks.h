#pragma once
#include <cstdint>
#include <vector>

#include "graphs/graphon/graphon.h"
#include "graphs/topology/graph_selection.h"

namespace aufbau::graphs {

struct SbaOptions {
  double threshold = 0.1;  ///< nodes nearer than this to a pivot join its block; not negative
  /// Positions in the order in which they are looked at, each of 0..N-1 once; empty: ascending.
  std::vector<std::int32_t> visit;
};

struct StochasticBlocks {
  std::vector<std::int32_t> labels;  ///< [N] block of each position
  std::vector<std::int32_t> pivots;  ///< [blocks] the position that opened each block
  Matrix block_mean;                 ///< [blocks, blocks]
  double margin = 0;                 ///< least |distance - threshold| met; infinite for one node
  /// The blocks at their positions: [N, N].
  Graphon graphon() const;
};

/// Stochastic blockmodel approximation (Airoldi, Costa and Chan 2013). Q1 and Q2 are the sums of
/// the aligned and padded adjacency matrices of the first floor(K/2) graphs and of the others, in
/// the order given, and w = 1/(T1 T2) for halves of T1 and T2 graphs (one graph: Q1 = Q2, w = 1).
/// Positions are visited in turn; the first is a pivot. With r = <Q1_i - Q1_j, Q2_i - Q2_j> over
/// all entries but i and j, d_ij = sqrt(|r| w / max(N - 2, 1)); a position joins the nearest pivot
/// (the first of several) when d < threshold, else opens a block. W is the mean adjacency over each
/// pair of blocks. r is an integer, so ties are exact. Holds three [N, N] matrices (N at most
/// kMostDenseNodes) and takes N^2 steps per block. Error{usage} for a threshold or an order of
/// visits that is none.
StochasticBlocks stochastic_blocks(const GraphSelection& graphs, const SbaOptions& options = {});

}  // namespace aufbau::graphs
