#include "graphs/graphon/rank_histogram.h"

#include <algorithm>
#include <utility>

#include "core/error.h"

namespace aufbau::graphs {

RankHistogram::RankHistogram(std::int32_t resolution, RankTies ties, const NodeClasses* classes)
    : resolution_(resolution), ties_(ties), classes_(classes) {
  constexpr std::int32_t kMostCells = 1024;
  if (resolution < 1 || resolution > kMostCells)
    fail(ErrorKind::usage, "relative-rank", "expected a resolution from 1 to ", kMostCells,
         ", got ", resolution);
  if (classes && (classes->class_count < 1 || classes->column < 0))
    fail(ErrorKind::usage, "relative-rank",
         "node classes need a column and at least one class, got ", "column ", classes->column,
         " and ", classes->class_count, " classes");
  if (classes)
    for (const std::int32_t one : classes->class_of_code)
      if (one < 0 || one >= classes->class_count)
        fail(ErrorKind::usage, "relative-rank", "node class ", one, " is not one of ",
             classes->class_count);
  cells_ = static_cast<std::size_t>(resolution) * static_cast<std::size_t>(resolution);
  const auto side = static_cast<std::size_t>(class_count());
  const std::size_t pairs = side * side;
  constexpr std::size_t kMostNumbers = std::size_t{1} << 24;
  if (side > kMostNumbers / cells_ || pairs > kMostNumbers / cells_)
    fail(ErrorKind::usage, "relative-rank", side, " node classes at resolution ", resolution,
         " need more than ", kMostNumbers, " numbers; merge classes or lower the resolution");
  values_.assign(cells_ * pairs, 0);
  is_touched_.assign(pairs, 0);
}

std::int32_t RankHistogram::class_of(const GraphView& graph, std::int32_t node) const {
  if (!classes_) return 0;
  const std::size_t code = graph.node_codes[static_cast<std::size_t>(node) *
                                                static_cast<std::size_t>(graph.node_columns) +
                                            static_cast<std::size_t>(classes_->column)];
  if (code >= classes_->class_of_code.size())
    fail(ErrorKind::mismatch, "relative-rank", "node ", node, " has code ", code,
         " in node column ", classes_->column, ", but classes are given for ",
         classes_->class_of_code.size(), " codes");
  return classes_->class_of_code[code];
}

/// The cells that the positions [begin, end) cover, and the share of each cell per node.
void RankHistogram::add_ranks(std::int32_t begin, std::int32_t end) {
  // In units of 1/(n R), so that the overlaps are integers.
  const std::int64_t n = alignment_.node_count(), cells = resolution_;
  const std::int64_t from = begin * cells, to = end * cells;
  const double per_node = 1.0 / (static_cast<double>(end - begin) * static_cast<double>(n));
  for (std::int64_t cell = from / n; cell * n < to; ++cell) {
    const std::int64_t overlap = std::min(to, (cell + 1) * n) - std::max(from, cell * n);
    weights_.push_back(static_cast<double>(overlap) * per_node);
  }
}

void RankHistogram::find_kinds(const GraphView& graph) {
  const std::int32_t n = alignment_.node_count();
  members_.assign(alignment_.order().begin(), alignment_.order().end());
  node_class_.resize(static_cast<std::size_t>(n));
  kind_of_node_.resize(static_cast<std::size_t>(n));
  for (std::int32_t v = 0; v < n; ++v)
    node_class_[static_cast<std::size_t>(v)] = class_of(graph, v);
  const auto class_at = [&](std::int32_t place) {
    return node_class_[static_cast<std::size_t>(members_[static_cast<std::size_t>(place)])];
  };
  kinds_.clear();
  weights_.clear();
  for (std::int32_t begin = 0, end; begin < n; begin = end) {
    end = begin + 1;
    if (ties_ == RankTies::averaged) {
      while (end < n && alignment_.degree_at(end) == alignment_.degree_at(begin)) ++end;
      if (classes_)
        std::sort(members_.begin() + begin, members_.begin() + end, [&](auto left, auto right) {
          return node_class_[static_cast<std::size_t>(left)] <
                 node_class_[static_cast<std::size_t>(right)];
        });
    }
    const std::size_t weight_begin = weights_.size();
    const auto first_cell = static_cast<std::int32_t>(std::int64_t{begin} * resolution_ / n);
    add_ranks(begin, end);
    for (std::int32_t from = begin, to; from < end; from = to) {
      to = from;
      while (to < end && class_at(to) == class_at(from))
        kind_of_node_[static_cast<std::size_t>(members_[static_cast<std::size_t>(to++)])] =
            static_cast<std::int32_t>(kinds_.size());
      kinds_.push_back({class_at(from), first_cell, weight_begin, weights_.size(), from, to});
    }
  }
}

void RankHistogram::add_edges_of(const Kind& kind) {
  met_.clear();
  for (std::int32_t m = kind.member_begin; m < kind.member_end; ++m)
    for (const std::int32_t other :
         alignment_.neighbours().of(members_[static_cast<std::size_t>(m)])) {
      const std::int32_t met = kind_of_node_[static_cast<std::size_t>(other)];
      if (edge_count_[static_cast<std::size_t>(met)]++ == 0) met_.push_back(met);
    }
  // In the order of the kinds, not of the nodes, so that the bits do not depend on the numbering.
  std::sort(met_.begin(), met_.end());
  const auto row_length = static_cast<std::size_t>(resolution_);
  for (const std::int32_t met : met_) {
    const Kind& other = kinds_[static_cast<std::size_t>(met)];
    const double edges = std::exchange(edge_count_[static_cast<std::size_t>(met)], 0);
    const std::int32_t pair = kind.node_class * class_count() + other.node_class;
    if (!is_touched_[static_cast<std::size_t>(pair)]) {
      is_touched_[static_cast<std::size_t>(pair)] = 1;
      touched_.push_back(pair);
    }
    double* row = values_.data() + static_cast<std::size_t>(pair) * cells_ +
                  static_cast<std::size_t>(kind.first_cell) * row_length +
                  static_cast<std::size_t>(other.first_cell);
    const std::size_t width = other.weight_end - other.weight_begin;
    for (std::size_t i = kind.weight_begin; i < kind.weight_end; ++i, row += row_length) {
      const double share = edges * weights_[i];
      for (std::size_t j = 0; j < width; ++j) row[j] += share * weights_[other.weight_begin + j];
    }
  }
}

void RankHistogram::assign(const GraphView& graph) {
  for (const std::int32_t pair : touched_) {
    double* values = values_.data() + static_cast<std::size_t>(pair) * cells_;
    std::fill(values, values + cells_, 0);
    is_touched_[static_cast<std::size_t>(pair)] = 0;
  }
  touched_.clear();
  if (classes_ && classes_->column >= graph.node_columns)
    fail(ErrorKind::mismatch, "relative-rank", "node classes are of column ", classes_->column,
         ", the graph has ", graph.node_columns);
  alignment_.assign(graph);
  find_kinds(graph);
  edge_count_.assign(kinds_.size(), 0);
  for (const Kind& kind : kinds_) add_edges_of(kind);
}

}  // namespace aufbau::graphs
