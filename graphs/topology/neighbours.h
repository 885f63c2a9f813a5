#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "graphs/graph.h"

namespace aufbau::graphs {

/// The neighbours of every node of one graph, ascending. An edge that is given more than once
/// counts once: topology and graphons are defined for simple graphs. Keeps its memory from graph to
/// graph: 16 bytes per node and per edge.
class Neighbours {
 public:
  /// Linear in nodes and edges.
  void assign(const GraphView& graph);

  std::int32_t node_count() const { return static_cast<std::int32_t>(offset_.size()) - 1; }
  std::int64_t edge_count() const { return offset_.back() / 2; }
  std::int32_t degree(std::int32_t node) const {
    const auto v = static_cast<std::size_t>(node);
    return static_cast<std::int32_t>(offset_[v + 1] - offset_[v]);
  }
  std::span<const std::int32_t> of(std::int32_t node) const {
    const auto v = static_cast<std::size_t>(node);
    return {neighbour_.data() + offset_[v], static_cast<std::size_t>(offset_[v + 1] - offset_[v])};
  }

 private:
  std::vector<std::int64_t> offset_{0}, cursor_;
  std::vector<std::int32_t> neighbour_, unsorted_;
};

}  // namespace aufbau::graphs
