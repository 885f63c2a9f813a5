#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "graphs/topology/neighbours.h"

namespace aufbau::graphs {

/// Every edge as an arrow from its end of lower degree to the other (equal degrees: from the lower
/// number). No node sends more than sqrt(2 m) arrows, so that looking for triangles among them
/// costs m^1.5 at most, whatever the degrees. Keeps its memory from graph to graph.
class Orientation {
 public:
  void assign(const Neighbours& neighbours);
  std::int32_t node_count() const { return static_cast<std::int32_t>(offset_.size()) - 1; }
  /// The nodes that `node` sends arrows to, ascending.
  std::span<const std::int32_t> of(std::int32_t node) const {
    const auto v = static_cast<std::size_t>(node);
    return {target_.data() + offset_[v], static_cast<std::size_t>(offset_[v + 1] - offset_[v])};
  }

 private:
  std::vector<std::int64_t> offset_{0};
  std::vector<std::int32_t> target_;
};

/// Counts the triangles that each node is a corner of. Keeps its memory from graph to graph.
class TriangleCounts {
 public:
  /// [n]; valid until the next call.
  std::span<const std::int64_t> of(const Neighbours& neighbours);

 private:
  Orientation orientation_;
  std::vector<std::int64_t> count_;
  std::vector<std::int32_t> marked_by_;
};

}  // namespace aufbau::graphs
