#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "graphs/graphon/alignment.h"

namespace aufbau::graphs {

/// What nodes of equal degree do to a relative-rank histogram.
enum class RankTies {
  averaged,  ///< they share their ranks evenly: numbering the nodes differently changes nothing
  by_number  ///< they are ranked by ascending node number
};

/// Which class each node belongs to: `class_of_code[code]` of the node column `column`.
struct NodeClasses {
  std::int32_t column = 0;
  std::int32_t class_count = 1;
  std::vector<std::int32_t> class_of_code;
};

/// The relative-rank histogram of one graph, block by block of node classes. The node at position r
/// of n covers the ranks [r/n, (r+1)/n); with w_rb n R times the length of that interval inside
/// cell b, H = w^T A w / n^2, the projection of the graph's own step function on an R x R grid in
/// L2, so that mean(H) = 2|E|/n^2. With node classes, the block (a, b) has the edges from class a
/// to class b only, and the blocks sum to H. Zeros for a graph without edges. Keeps its memory: R^2
/// numbers per pair of classes, and a few per node and edge.
class RankHistogram {
 public:
  /// `classes` may be null (one class) and must outlive the object. Error{usage} when the
  /// resolution is not 1 to 1024, a class is not below class_count, or class_count^2 R^2 is above
  /// 2^24.
  RankHistogram(std::int32_t resolution, RankTies ties, const NodeClasses* classes = nullptr);
  /// Error{mismatch} when the graph has no such node column or a code without a class.
  void assign(const GraphView& graph);

  std::int32_t class_count() const { return classes_ ? classes_->class_count : 1; }
  /// Pairs of classes a * class_count + b that share an edge in this graph; all other blocks are 0.
  std::span<const std::int32_t> touched() const { return touched_; }
  /// [R * R], row-major; pair < class_count^2.
  std::span<const double> block(std::int32_t pair) const {
    return {values_.data() + static_cast<std::size_t>(pair) * cells_, cells_};
  }

 private:
  /// Nodes that cover the same ranks and have the same class.
  struct Kind {
    std::int32_t node_class;
    std::int32_t first_cell;
    std::size_t weight_begin, weight_end;  ///< of the cells from first_cell on
    std::int32_t member_begin, member_end;
  };
  void find_kinds(const GraphView& graph);
  void add_ranks(std::int32_t begin, std::int32_t end);
  void add_edges_of(const Kind& kind);
  std::int32_t class_of(const GraphView& graph, std::int32_t node) const;

  std::int32_t resolution_;
  RankTies ties_;
  const NodeClasses* classes_;
  std::size_t cells_;

  Alignment alignment_;
  std::vector<Kind> kinds_;
  std::vector<double> weights_;  ///< w_rb / n of one node of each kind
  std::vector<std::int32_t> members_, node_class_, kind_of_node_, edge_count_, met_;
  std::vector<double> values_;
  std::vector<std::int32_t> touched_;
  std::vector<char> is_touched_;
};

}  // namespace aufbau::graphs
