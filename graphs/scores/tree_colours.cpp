#include "graphs/scores/tree_colours.h"

#include <algorithm>

#include "core/error.h"
#include "graphs/topology/neighbours.h"

namespace aufbau::graphs {

namespace {

std::int32_t class_of(const GraphView& graph, std::int32_t node, const NodeClasses& classes) {
  if (classes.column < 0 || classes.column >= graph.node_columns)
    fail(ErrorKind::mismatch, "tree movers", "node classes are given for column ", classes.column,
         ", but the graphs have ", graph.node_columns, " node columns");
  const std::size_t code = graph.node_codes[static_cast<std::size_t>(node) *
                                                static_cast<std::size_t>(graph.node_columns) +
                                            static_cast<std::size_t>(classes.column)];
  if (code >= classes.class_of_code.size())
    fail(ErrorKind::mismatch, "tree movers", "node code ", code, " has no class; there are ",
         classes.class_of_code.size(), " codes");
  return classes.class_of_code[code];
}

std::vector<std::int32_t> sorted_distinct(std::vector<std::int32_t> values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

}  // namespace

TreeColours::Side TreeColours::side_of(const GraphSelection& graphs, const NodeClasses& classes) {
  Side side;
  Neighbours neighbours;
  for (std::int64_t g = 0; g < graphs.size(); ++g) {
    const GraphView graph = graphs[g];
    neighbours.assign(graph);
    const std::int64_t first = side.node_ptr.back();
    for (std::int32_t v = 0; v < graph.node_count(); ++v) {
      side.node_class.push_back(class_of(graph, v, classes));
      for (const std::int32_t other : neighbours.of(v)) side.neighbours.push_back(first + other);
      side.neighbour_ptr.push_back(static_cast<std::int64_t>(side.neighbours.size()));
    }
    side.node_ptr.push_back(first + graph.node_count());
  }
  return side;
}

TreeColours::TreeColours(const GraphSelection& source, const GraphSelection& target,
                         const NodeClasses& classes)
    : sides_{side_of(source, classes), side_of(target, classes)} {
  for (Side& side : sides_) {
    side.colour = side.node_class;
    level_.root.insert(level_.root.end(), side.node_class.begin(), side.node_class.end());
  }
  level_.root = sorted_distinct(std::move(level_.root));
  level_.child_ptr.assign(level_.root.size() + 1, 0);
  for (Side& side : sides_)
    for (std::int32_t& colour : side.colour)
      colour = static_cast<std::int32_t>(
          std::lower_bound(level_.root.begin(), level_.root.end(), colour) - level_.root.begin());
}

void TreeColours::refine() {
  // A tree is its root and its children's colours, ascending.
  using Tree = std::vector<std::int32_t>;
  std::vector<Tree> trees[2];
  std::vector<Tree> distinct;
  for (int s = 0; s < 2; ++s) {
    const Side& side = sides_[s];
    for (std::size_t v = 0; v < side.colour.size(); ++v) {
      Tree tree = {side.node_class[v]};
      for (std::int64_t i = side.neighbour_ptr[v]; i < side.neighbour_ptr[v + 1]; ++i)
        tree.push_back(
            side.colour[static_cast<std::size_t>(side.neighbours[static_cast<std::size_t>(i)])]);
      std::sort(tree.begin() + 1, tree.end());
      trees[s].push_back(std::move(tree));
    }
    distinct.insert(distinct.end(), trees[s].begin(), trees[s].end());
  }
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());

  level_ = {};
  level_.child_ptr.push_back(0);
  for (const Tree& tree : distinct) {
    level_.root.push_back(tree.front());
    level_.children.insert(level_.children.end(), tree.begin() + 1, tree.end());
    level_.child_ptr.push_back(static_cast<std::int64_t>(level_.children.size()));
  }
  for (int s = 0; s < 2; ++s)
    for (std::size_t v = 0; v < trees[s].size(); ++v)
      sides_[s].colour[v] = static_cast<std::int32_t>(
          std::lower_bound(distinct.begin(), distinct.end(), trees[s][v]) - distinct.begin());
}

std::vector<std::int32_t> TreeColours::colours_of(int side) const {
  return sorted_distinct(sides_[side].colour);
}

std::vector<std::int32_t> TreeColours::colours_of(int side, std::int64_t graph) const {
  const Side& from = sides_[side];
  const auto g = static_cast<std::size_t>(graph);
  std::vector<std::int32_t> colours(from.colour.begin() + from.node_ptr[g],
                                    from.colour.begin() + from.node_ptr[g + 1]);
  std::sort(colours.begin(), colours.end());
  return colours;
}

}  // namespace aufbau::graphs
