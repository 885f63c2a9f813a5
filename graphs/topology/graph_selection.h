#pragma once
#include <cstdint>
#include <span>

#include "graphs/graph.h"

namespace aufbau::graphs {

/// Which graphs of a set a result is made of: all of them, or a list of indices in which a graph
/// may stand more than once (a cluster, a domain, a bootstrap draw). Refers to the set and the
/// list, which must outlive it.
class GraphSelection {
 public:
  /// Implicit: a set stands for all of its graphs.
  GraphSelection(const GraphSet& graphs) : graphs_(&graphs), size_(graphs.size()) {}
  /// Error{usage} naming the first index that is not one of the set.
  GraphSelection(const GraphSet& graphs, std::span<const std::int64_t> indices);

  std::int64_t size() const { return size_; }
  /// The index in the set of the graph at `place`.
  std::int64_t index(std::int64_t place) const {
    return is_listed_ ? indices_[static_cast<std::size_t>(place)] : place;
  }
  GraphView operator[](std::int64_t place) const { return (*graphs_)[index(place)]; }
  const GraphSet& graphs() const { return *graphs_; }

 private:
  const GraphSet* graphs_;
  std::span<const std::int64_t> indices_;
  std::int64_t size_;
  bool is_listed_ = false;
};

}  // namespace aufbau::graphs
