#include "objectives/node_pairs.h"

#include <algorithm>
#include <bit>

namespace aufbau::objectives {

namespace {

/// A set of at most `capacity` pairs of nodes: open addressing with linear probing, at most half
/// full, so that its size follows the edges of a graph and not the square of its nodes.
class PairSet {
 public:
  explicit PairSet(std::size_t capacity)
      : slots_(std::bit_ceil(2 * capacity + 2), kFree),
        shift_(64 - std::countr_zero(slots_.size())) {}

  /// False when it was there already.
  bool insert(std::int32_t first, std::int32_t second) {
    const std::uint64_t pair =
        std::uint64_t{static_cast<std::uint32_t>(first)} << 32 | static_cast<std::uint32_t>(second);
    // Fibonacci hashing (Knuth, The Art of Computer Programming 3, section 6.4).
    std::size_t at = pair * 0x9E3779B97F4A7C15u >> shift_;
    while (slots_[at] != kFree && slots_[at] != pair) at = (at + 1) & (slots_.size() - 1);
    if (slots_[at] == pair) return false;
    slots_[at] = pair;
    return true;
  }

 private:
  static constexpr std::uint64_t kFree = ~std::uint64_t{0};  // no pair: nodes are not negative
  std::vector<std::uint64_t> slots_;
  int shift_;
};

}  // namespace

std::vector<NodePair> draw_unjoined_pairs(const graphs::GraphView& graph, std::int64_t count,
                                          std::int64_t draws, PairOrder order, Random& random) {
  std::vector<NodePair> kept;
  if (count <= 0 || graph.node_count() < 2) return kept;
  kept.reserve(static_cast<std::size_t>(count));
  PairSet taken(2 * graph.begin.size() + static_cast<std::size_t>(count));
  for (std::size_t e = 0; e < graph.begin.size(); ++e) {
    taken.insert(graph.begin[e], graph.end[e]);
    taken.insert(graph.end[e], graph.begin[e]);
  }
  const auto nodes = static_cast<std::uint64_t>(graph.node_count());
  for (; draws > 0 && static_cast<std::int64_t>(kept.size()) < count; --draws) {
    const std::uint64_t drawn = random.below(nodes * nodes);
    NodePair pair = {static_cast<std::int32_t>(drawn / nodes),
                     static_cast<std::int32_t>(drawn % nodes)};
    if (order == PairOrder::unordered && pair.second < pair.first)
      std::swap(pair.first, pair.second);
    if (pair.first != pair.second && taken.insert(pair.first, pair.second)) kept.push_back(pair);
  }
  return kept;
}

}  // namespace aufbau::objectives
