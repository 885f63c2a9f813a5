#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "graphs/graphon/graphon.h"
#include "graphs/graphon/rank_histogram.h"

namespace aufbau::graphs {

struct RelativeRankOptions {
  std::int32_t resolution = 32;  ///< R cells a side, 1 to 1024
  RankTies ties = RankTies::averaged;
};

/// The mean relative-rank histogram [R, R] of the graphs (rank_histogram.h). Nodes are placed by
/// their rank within their own graph, so that no graph depends on the size of the largest one, as
/// it does in estimators that pad. `multiplicity`: how often each graph of the selection counts (a
/// bootstrap draw); empty: once each. Every histogram is rounded to a multiple of 2^-s, s = 61 -
/// log2 of the number of graphs, and summed in integers: the same bits for any order of graphs and
/// any number of threads, and for a graph that is listed twice or counts twice. Holds nothing that
/// grows with the number of graphs. Error{nothing_valid} when nothing counts, Error{usage} for a
/// multiplicity that is negative or a list of another length than the selection.
Graphon relative_rank(const GraphSelection& graphs, const RelativeRankOptions& options = {},
                      std::span<const std::int32_t> multiplicity = {});

/// The histogram of every graph on its own, [graphs, R * R]: what a bootstrap over a set that is
/// small enough to hold them mixes anew.
Matrix relative_rank_rows(const GraphSelection& graphs, const RelativeRankOptions& options = {});

/// Relative-rank histograms by node class: how classes are connected, and where in the order.
struct TypedGraphon {
  std::int32_t class_count = 0, resolution = 0;
  std::vector<double> values;  ///< [class of u, class of v, R, R], row-major
  Matrix block(std::int32_t u_class, std::int32_t v_class) const;  ///< [R, R]
  /// All blocks: relative_rank() of the same graphs.
  Graphon sum() const;
};
/// As relative_rank(), by the classes of both ends.
TypedGraphon typed_relative_rank(const GraphSelection& graphs, const NodeClasses& classes,
                                 const RelativeRankOptions& options = {},
                                 std::span<const std::int32_t> multiplicity = {});

}  // namespace aufbau::graphs
