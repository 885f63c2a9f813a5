#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "graphs/graphon/matrix.h"
#include "graphs/topology/graph_selection.h"
#include "graphs/topology/neighbours.h"

namespace aufbau::graphs {

/// The nodes of one graph in the order in which graphon estimators read them: degree descending,
/// equal degrees by ascending node number. Keeps its memory from graph to graph.
class Alignment {
 public:
  void assign(const GraphView& graph);

  const Neighbours& neighbours() const { return neighbours_; }
  std::int32_t node_count() const { return neighbours_.node_count(); }
  std::span<const std::int32_t> order() const { return order_; }        ///< position -> node
  std::span<const std::int32_t> position() const { return position_; }  ///< node -> position
  std::int32_t degree_at(std::int32_t position) const {
    return neighbours_.degree(order_[static_cast<std::size_t>(position)]);
  }
  /// p: degree / sum of degrees of each position; 1/n each when there is no edge.
  Vector weights() const;
  /// Calls `visit(i, j)` with the positions of both ends of every edge, in both directions: the
  /// entries 1 of the aligned adjacency matrix.
  template <class Visit>
  void for_each_entry(const Visit& visit) const {
    for (std::int32_t i = 0; i < node_count(); ++i)
      for (const std::int32_t node : neighbours_.of(order_[static_cast<std::size_t>(i)]))
        visit(i, position_[static_cast<std::size_t>(node)]);
  }

 private:
  Neighbours neighbours_;
  std::vector<std::int32_t> order_, position_, next_;
};

/// Into how many blocks estimators of a fixed resolution cut the nodes of a set.
struct BlockSizes {
  std::int64_t max_nodes = 0;  ///< N: of the largest graph, to which the others are padded
  std::int64_t side = 0;       ///< h = floor(log2 N) + 1 nodes per block
  std::int64_t blocks = 0;     ///< k = floor(N / h)
};
/// Error{nothing_valid} naming `where` when no graph has a node.
BlockSizes block_sizes(const std::string& where, const GraphSelection& graphs);

/// The largest side of a dense matrix that an estimator makes: half a gigabyte.
constexpr std::int64_t kMostDenseNodes = 8192;
/// Error{usage} naming `where` and what there are too many of, for a side above kMostDenseNodes.
void require_dense(const std::string& where, const std::string& what, std::int64_t side);

/// The sum of the aligned adjacency matrices, padded with zeros to [N, N]. Exact, so that the order
/// of the graphs does not matter. N at most kMostDenseNodes, else Error{usage}.
IntMatrix padded_count(const std::string& where, const GraphSelection& graphs);

/// p_b [k]: the weights p of every graph, interpolated linearly from n points on [0, 1] to k points
/// (the first value for k = 1), plus 1e-3 each, summed over the graphs and normalised to 1 (Xu et
/// al. 2021). A graph without nodes adds its 1e-3 only.
Vector block_weights(const GraphSelection& graphs, std::int64_t blocks);

}  // namespace aufbau::graphs
