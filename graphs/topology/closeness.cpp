#include "graphs/topology/closeness.h"

#include <algorithm>
#include <bit>

namespace aufbau::graphs {

namespace {
constexpr std::int32_t kSources = 64;
}  // namespace

void Closeness::search_from(const Neighbours& neighbours, std::int32_t first) {
  const std::int32_t nodes = neighbours.node_count();
  seen_.assign(static_cast<std::size_t>(nodes), 0);
  active_.clear();
  for (std::int32_t s = first; s < std::min(nodes, first + kSources); ++s) {
    const auto v = static_cast<std::size_t>(s);
    seen_[v] = frontier_[v] = std::uint64_t{1} << (s - first);
    active_.push_back(s);
  }
  for (std::int64_t distance = 1; !active_.empty(); ++distance) {
    met_.clear();
    for (const std::int32_t v : active_) {
      const std::uint64_t from = frontier_[static_cast<std::size_t>(v)];
      for (const std::int32_t other : neighbours.of(v)) {
        const auto w = static_cast<std::size_t>(other);
        const std::uint64_t fresh = from & ~seen_[w];
        if (fresh == 0) continue;
        if (next_[w] == 0) met_.push_back(other);
        next_[w] |= fresh;
      }
    }
    // Distances are symmetric: what the sources are to w, w is to the sources.
    for (const std::int32_t other : met_) {
      const auto w = static_cast<std::size_t>(other);
      const std::int64_t sources = std::popcount(next_[w]);
      distance_sum_[w] += distance * sources;
      reached_[w] += sources;
      seen_[w] |= next_[w];
      frontier_[w] = next_[w];
      next_[w] = 0;
    }
    active_.swap(met_);
  }
}

std::span<const double> Closeness::of(const Neighbours& neighbours) {
  const std::int32_t nodes = neighbours.node_count();
  const auto size = static_cast<std::size_t>(nodes);
  frontier_.resize(size);
  next_.assign(size, 0);
  distance_sum_.assign(size, 0);
  reached_.assign(size, 0);
  for (std::int32_t first = 0; first < nodes; first += kSources) search_from(neighbours, first);
  values_.assign(size, 0);
  for (std::size_t v = 0; v < size; ++v) {
    if (reached_[v] == 0) continue;
    const auto reached = static_cast<double>(reached_[v]);
    values_[v] = reached / static_cast<double>(distance_sum_[v]) * reached / (nodes - 1);
  }
  return values_;
}

}  // namespace aufbau::graphs
