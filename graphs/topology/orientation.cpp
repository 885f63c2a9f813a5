#include "graphs/topology/orientation.h"

namespace aufbau::graphs {

void Orientation::assign(const Neighbours& neighbours) {
  offset_.assign(1, 0);
  target_.clear();
  for (std::int32_t v = 0; v < neighbours.node_count(); ++v) {
    const std::int32_t degree = neighbours.degree(v);
    for (const std::int32_t w : neighbours.of(v)) {
      const std::int32_t other = neighbours.degree(w);
      if (degree < other || (degree == other && v < w)) target_.push_back(w);
    }
    offset_.push_back(static_cast<std::int64_t>(target_.size()));
  }
}

std::span<const std::int64_t> TriangleCounts::of(const Neighbours& neighbours) {
  orientation_.assign(neighbours);
  const std::int32_t nodes = neighbours.node_count();
  count_.assign(static_cast<std::size_t>(nodes), 0);
  marked_by_.assign(static_cast<std::size_t>(nodes), -1);
  for (std::int32_t u = 0; u < nodes; ++u) {
    for (const std::int32_t v : orientation_.of(u)) marked_by_[static_cast<std::size_t>(v)] = u;
    for (const std::int32_t v : orientation_.of(u))
      for (const std::int32_t w : orientation_.of(v))
        if (marked_by_[static_cast<std::size_t>(w)] == u) {
          ++count_[static_cast<std::size_t>(u)];
          ++count_[static_cast<std::size_t>(v)];
          ++count_[static_cast<std::size_t>(w)];
        }
  }
  return count_;
}

}  // namespace aufbau::graphs
