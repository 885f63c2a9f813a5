#pragma once
#include <cstdint>
#include <vector>

#include "core/random.h"
#include "graphs/graph.h"

namespace aufbau::objectives {

/// Two nodes of one graph.
struct NodePair {
  std::int32_t first = 0, second = 0;
};

enum class PairOrder : std::uint8_t {
  ordered,   ///< (u, v) and (v, u) are two pairs
  unordered  ///< they are one, kept with the smaller node first
};

/// Draws up to `draws` ordered pairs of nodes uniformly and keeps, as they come, those of two
/// different nodes that no edge joins and that were not kept before, until there are `count`. Fewer
/// when the draws run out first, as in a graph that has no more such pairs.
std::vector<NodePair> draw_unjoined_pairs(const graphs::GraphView& graph, std::int64_t count,
                                          std::int64_t draws, PairOrder order, Random& random);

}  // namespace aufbau::objectives
