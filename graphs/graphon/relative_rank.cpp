#include "graphs/graphon/relative_rank.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/error.h"
#include "graphs/graphon/block_sum.h"

namespace aufbau::graphs {

namespace {

constexpr std::int64_t kGraphsPerBlock = 512;

/// How often each graph of a selection counts.
class Multiplicity {
 public:
  Multiplicity(const GraphSelection& graphs, std::span<const std::int32_t> given)
      : given_(given), total_(given.empty() ? graphs.size() : 0) {
    if (!given.empty() && static_cast<std::int64_t>(given.size()) != graphs.size())
      fail(ErrorKind::usage, "relative-rank", "expected a multiplicity for each of ", graphs.size(),
           " graphs, got ", given.size());
    for (const std::int32_t times : given) {
      if (times < 0)
        fail(ErrorKind::usage, "relative-rank", "a graph cannot count ", times, " times");
      total_ += times;
    }
    if (total_ == 0)
      fail(ErrorKind::nothing_valid, "relative-rank", "none of the ", graphs.size(),
           " graphs given counts; a graphon needs at least one");
  }
  std::int64_t of(std::int64_t place) const {
    return given_.empty() ? 1 : given_[static_cast<std::size_t>(place)];
  }
  std::int64_t total() const { return total_; }

 private:
  std::span<const std::int32_t> given_;
  std::int64_t total_;
};

/// The mean histograms, one row of R^2 per pair of classes. No cell of a graph is above 1, so
/// `total` of them in units of 2^-shift stay below 2^62.
Matrix mean_histograms(const GraphSelection& graphs, const RelativeRankOptions& options,
                       const NodeClasses* classes, std::span<const std::int32_t> multiplicity) {
  const RankHistogram check(options.resolution, options.ties, classes);
  const Multiplicity times(graphs, multiplicity);
  const int shift = 61 - std::bit_width(static_cast<std::uint64_t>(times.total()));
  const double scale = std::ldexp(1.0, shift);
  const Eigen::Index pairs = check.class_count() * check.class_count();
  const Eigen::Index cells = Eigen::Index{options.resolution} * options.resolution;
  const IntMatrix sum =
      block_sum<IntMatrix>(graphs.size(), kGraphsPerBlock, pairs, cells,
                           [&](std::int64_t begin, std::int64_t end, IntMatrix& part) {
                             RankHistogram histogram(options.resolution, options.ties, classes);
                             for (std::int64_t g = begin; g < end; ++g) {
                               const std::int64_t count = times.of(g);
                               if (count == 0) continue;
                               histogram.assign(graphs[g]);
                               for (const std::int32_t pair : histogram.touched()) {
                                 std::int64_t* to = part.row(pair).data();
                                 for (const double value : histogram.block(pair))
                                   *to++ += count * static_cast<std::int64_t>(value * scale + 0.5);
                               }
                             }
                           });
  return sum.cast<double>() / (scale * static_cast<double>(times.total()));
}

}  // namespace

Graphon relative_rank(const GraphSelection& graphs, const RelativeRankOptions& options,
                      std::span<const std::int32_t> multiplicity) {
  const Matrix row = mean_histograms(graphs, options, nullptr, multiplicity);
  return {row.reshaped<Eigen::RowMajor>(options.resolution, options.resolution), {}};
}

Matrix relative_rank_rows(const GraphSelection& graphs, const RelativeRankOptions& options) {
  const RankHistogram check(options.resolution, options.ties);
  Matrix rows = Matrix::Zero(graphs.size(), Eigen::Index{options.resolution} * options.resolution);
  parallel_blocks(graphs.size(), kGraphsPerBlock, [&](std::int64_t begin, std::int64_t end) {
    RankHistogram histogram(options.resolution, options.ties);
    for (std::int64_t g = begin; g < end; ++g) {
      histogram.assign(graphs[g]);
      const std::span<const double> values = histogram.block(0);
      std::copy(values.begin(), values.end(), rows.row(g).data());
    }
  });
  return rows;
}

Matrix TypedGraphon::block(std::int32_t u_class, std::int32_t v_class) const {
  const Eigen::Index cells = Eigen::Index{resolution} * resolution;
  const Eigen::Index pair = Eigen::Index{u_class} * class_count + v_class;
  return Eigen::Map<const Matrix>(values.data() + pair * cells, resolution, resolution);
}

Graphon TypedGraphon::sum() const {
  Matrix total = Matrix::Zero(resolution, resolution);
  for (std::int32_t u = 0; u < class_count; ++u)
    for (std::int32_t v = 0; v < class_count; ++v) total += block(u, v);
  return {total, {}};
}

TypedGraphon typed_relative_rank(const GraphSelection& graphs, const NodeClasses& classes,
                                 const RelativeRankOptions& options,
                                 std::span<const std::int32_t> multiplicity) {
  const Matrix rows = mean_histograms(graphs, options, &classes, multiplicity);
  return {classes.class_count, options.resolution, {rows.data(), rows.data() + rows.size()}};
}

}  // namespace aufbau::graphs
