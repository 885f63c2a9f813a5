#pragma once
#include <cstdint>

#include "graphs/graphon/matrix.h"
#include "graphs/graphon/rank_histogram.h"
#include "graphs/topology/graph_selection.h"

namespace aufbau::graphs {

struct TreeMoversOptions {
  std::int32_t depth = 4;   ///< L, levels of a tree: as many as an encoder has layers, plus 1
  double weight = 1;        ///< w, of the children of a node against the node
  NodeClasses classes;      ///< which class each node code belongs to
  Matrix class_features;    ///< x [classes, width]; empty: one-hot
  double most_work = 1e10;  ///< steps that are begun at all: half a minute of a core or so
};

/// Tree Mover's Distance (Chuang and Jegelka 2022) between every graph of the source and every
/// graph of the target, [source, target]. The tree of depth 1 of a node is the node; that of depth
/// l has the trees of depth l - 1 of all its neighbours as children. TD_1(a, b) = |x_a - x_b|,
/// TD_l(a, b) = |x_a - x_b| + w OT(children of a, children of b), with OT the cheapest assignment
/// under TD_{l-1}, the smaller side padded with blank trees (x = 0, no children); the distance of
/// two graphs is OT of their trees of depth L. A metric on trees, so what two sides have in common
/// stays where it is.
///
/// Exact. Equal trees are found by colour refinement and compared once; nothing depends on the
/// numbering of the nodes or the order of the graphs. Memory: 16 bytes per pair of distinct trees,
/// one of each side; time per pair of trees at most the cube of the larger number of children, and
/// per pair of graphs the cube of the larger number of nodes that the other does not match. Error
/// {nothing_valid} for an empty set; Error{usage} for a depth below 1, a weight that is not 0 or
/// more, classes out of range, or trees that grow
/// beyond 1e150, or more than `most_work` steps by the sizes of graphs and neighbourhoods;
/// Error{mismatch} for features of another number of classes, or a node code without a class;
/// Error{non_finite}.
Matrix tree_movers_distances(const GraphSelection& source, const GraphSelection& target,
                             const TreeMoversOptions& options);

/// How far apart two sets are, by the distances of their members.
struct SetDistance {
  double transport = 0;     ///< optimal transport, every member with the same weight
  double mean_nearest = 0;  ///< mean over the target of the distance to the nearest of the source
};
/// Distances [source, target]. Errors as require_rows().
SetDistance set_distance(const Matrix& distances);

}  // namespace aufbau::graphs
