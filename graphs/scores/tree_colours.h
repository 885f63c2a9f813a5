#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "graphs/graphon/rank_histogram.h"
#include "graphs/topology/graph_selection.h"

namespace aufbau::graphs {

/// The distinct trees of one depth over several sets of graphs. Colours are the ranks of the trees
/// in an order of their own, so that they do not depend on how nodes and graphs are numbered.
struct TreeLevel {
  std::vector<std::int32_t> root;       ///< [colours], class of the root
  std::vector<std::int64_t> child_ptr;  ///< [colours + 1]
  std::vector<std::int32_t> children;   ///< colours one level below, ascending for each colour

  std::int64_t size() const { return static_cast<std::int64_t>(root.size()); }
  std::span<const std::int32_t> children_of(std::int32_t colour) const {
    const auto c = static_cast<std::size_t>(colour);
    return {children.data() + child_ptr[c],
            static_cast<std::size_t>(child_ptr[c + 1] - child_ptr[c])};
  }
};

/// Colour refinement (Weisfeiler and Leman 1968) of source and target together.
class TreeColours {
 public:
  /// Level 0: the classes of the nodes. Error{mismatch} for a node code without a class or a
  /// missing column.
  TreeColours(const GraphSelection& source, const GraphSelection& target,
              const NodeClasses& classes);
  /// To trees one level deeper.
  void refine();

  const TreeLevel& level() const { return level_; }
  /// The colours that a side (0: source, 1: target) has, ascending.
  std::vector<std::int32_t> colours_of(int side) const;
  /// The colours of the nodes of one graph of a side, ascending.
  std::vector<std::int32_t> colours_of(int side, std::int64_t graph) const;

 private:
  struct Side {
    std::vector<std::int64_t> node_ptr{0};  ///< [graphs + 1]
    std::vector<std::int64_t> neighbour_ptr{0};
    std::vector<std::int64_t> neighbours;  ///< numbers over all nodes of the side
    std::vector<std::int32_t> node_class, colour;
  };
  static Side side_of(const GraphSelection& graphs, const NodeClasses& classes);

  Side sides_[2];
  TreeLevel level_;
};

}  // namespace aufbau::graphs
