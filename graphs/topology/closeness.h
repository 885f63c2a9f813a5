#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "graphs/topology/neighbours.h"

namespace aufbau::graphs {

/// Closeness of every node in the form of Wasserman and Faust (1994) for graphs in pieces: with r
/// other nodes in reach at distances that sum to s, r/s * r/(n-1); 0 for an isolated node. Keeps
/// its memory from graph to graph: about 60 bytes per node.
///
/// Breadth-first search from 64 nodes at a time (Then et al. 2014, "The More the Merrier: Efficient
/// Multi-Source Graph Traversal"): one bit per source, so that searches that meet move on together.
/// A molecule is one such search; a graph of n nodes and m edges costs at most n m steps and as
/// little as n m / 64 where distances are short.
class Closeness {
 public:
  /// [n]; valid until the next call.
  std::span<const double> of(const Neighbours& neighbours);

 private:
  void search_from(const Neighbours& neighbours, std::int32_t first);

  std::vector<std::uint64_t> seen_, frontier_, next_;
  std::vector<std::int32_t> active_, met_;
  std::vector<std::int64_t> distance_sum_, reached_;
  std::vector<double> values_;
};

}  // namespace aufbau::graphs
