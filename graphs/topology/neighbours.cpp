#include "graphs/topology/neighbours.h"

#include <numeric>

namespace aufbau::graphs {

void Neighbours::assign(const GraphView& graph) {
  const auto nodes = static_cast<std::size_t>(graph.node_count());
  const std::size_t edges = graph.begin.size();
  offset_.assign(nodes + 1, 0);
  for (std::size_t e = 0; e < edges; ++e) {
    ++offset_[static_cast<std::size_t>(graph.begin[e]) + 1];
    ++offset_[static_cast<std::size_t>(graph.end[e]) + 1];
  }
  std::partial_sum(offset_.begin(), offset_.end(), offset_.begin());

  const auto enter = [&](std::vector<std::int32_t>& lists, std::int32_t node, std::int32_t other) {
    lists[static_cast<std::size_t>(cursor_[static_cast<std::size_t>(node)]++)] = other;
  };
  cursor_.assign(offset_.begin(), offset_.end() - 1);
  unsorted_.resize(2 * edges);
  for (std::size_t e = 0; e < edges; ++e) {
    enter(unsorted_, graph.begin[e], graph.end[e]);
    enter(unsorted_, graph.end[e], graph.begin[e]);
  }
  // Nodes in ascending order, each entered in the lists of its neighbours: every list is sorted.
  cursor_.assign(offset_.begin(), offset_.end() - 1);
  neighbour_.resize(2 * edges);
  for (std::size_t v = 0; v < nodes; ++v)
    for (std::int64_t i = offset_[v]; i < offset_[v + 1]; ++i)
      enter(neighbour_, unsorted_[static_cast<std::size_t>(i)], static_cast<std::int32_t>(v));

  // A repeated edge now stands twice in a row. cursor_[v] is where the list of v ended so far.
  std::size_t kept = 0, next = 0;
  for (std::size_t v = 0; v < nodes; ++v) {
    const std::size_t first = kept;
    for (const auto end = static_cast<std::size_t>(cursor_[v]); next < end; ++next)
      if (kept == first || neighbour_[kept - 1] != neighbour_[next])
        neighbour_[kept++] = neighbour_[next];
    offset_[v + 1] = static_cast<std::int64_t>(kept);
  }
  neighbour_.resize(kept);
}

}  // namespace aufbau::graphs
