#include "graphs/feasibility/sample.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"
#include "graphs/feasibility/resampling.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "histogram sample";
constexpr std::int64_t kBlock = 1024;  // rows per partial sum

void require_size(std::int64_t count, std::int64_t width) {
  if (count <= 0) fail(ErrorKind::nothing_valid, kWhere, "the set has no graphs");
  if (width <= 0) fail(ErrorKind::nothing_valid, kWhere, "a histogram has no cells");
}

void require_finite(const Eigen::Ref<const Matrix>& rows, std::int64_t first) {
  for (Eigen::Index i = 0; i < rows.rows(); ++i)
    if (!rows.row(i).allFinite())
      fail(ErrorKind::non_finite, kWhere, "the histogram of graph ", first + i,
           " holds a value that is not finite");
}

/// Ranks 0..count-1 in an order that does not depend on anything but the seed.
std::vector<std::int64_t> random_ranks(std::int64_t count, std::uint64_t seed) {
  std::vector<std::int64_t> ranks(static_cast<std::size_t>(count));
  std::iota(ranks.begin(), ranks.end(), std::int64_t{0});
  Random random(resampling_key(seed, Resampling::assignment, 0, 0));
  for (std::size_t left = ranks.size(); left > 1; --left)
    std::swap(ranks[left - 1], ranks[random.below(left)]);
  return ranks;
}

}  // namespace

double Moments::variance() const {
  if (count < 2) return 0;
  const double n = static_cast<double>(count);
  return std::max(0.0, (squared_norms - sum.squaredNorm() / n) / (n - 1));
}

Moments moments(const Matrix& rows) {
  require_size(rows.rows(), rows.cols());
  require_finite(rows, 0);
  const std::int64_t blocks = (rows.rows() + kBlock - 1) / kBlock;
  Matrix sums(blocks, rows.cols());
  Vector squares(blocks);
  parallel_blocks(rows.rows(), kBlock, [&](std::int64_t begin, std::int64_t end) {
    const auto part = rows.middleRows(begin, end - begin);
    sums.row(begin / kBlock) = part.colwise().sum();
    squares[begin / kBlock] = part.squaredNorm();
  });
  return {rows.rows(), sums.colwise().sum().transpose(), squares.sum()};
}

HistogramSample::HistogramSample(Matrix rows, const SampleLimits& limits)
    : HistogramSample(from_blocks(
          rows.rows(), rows.cols(),
          [&](std::int64_t first, Eigen::Ref<Matrix> block) {
            block = rows.middleRows(first, block.rows());
          },
          limits)) {}

HistogramSample HistogramSample::from_blocks(
    std::int64_t count, std::int64_t width,
    const std::function<void(std::int64_t first, Eigen::Ref<Matrix> block)>& read,
    const SampleLimits& limits) {
  require_size(count, width);
  if (limits.rows < 2 || limits.batches < 2)
    fail(ErrorKind::usage, kWhere, "limits of ", limits.rows, " rows and ", limits.batches,
         " batches, expected at least 2 of both");
  const bool whole = count <= limits.rows;
  const std::int64_t kept = whole ? count : limits.rows;
  const std::int64_t batches = whole ? count : std::min(count, limits.batches);
  std::vector<std::int64_t> ranks;
  if (!whole) ranks = random_ranks(count, limits.seed);

  HistogramSample sample;
  sample.rows_.resize(kept, width);
  sample.batch_counts_ = Vector::Constant(batches, whole ? 1 : 0);
  if (!whole) sample.batch_sums_ = Matrix::Zero(batches, width);
  sample.moments_ = {count, Vector::Zero(width), 0};
  Matrix block;
  Eigen::Index next_kept = 0;
  for (std::int64_t first = 0; first < count; first += kBlock) {
    block.resize(std::min(kBlock, count - first), width);
    read(first, block);
    require_finite(block, first);
    sample.moments_.sum += block.colwise().sum().transpose();
    sample.moments_.squared_norms += block.squaredNorm();
    for (Eigen::Index i = 0; i < block.rows(); ++i) {
      if (whole) {
        sample.rows_.row(first + i) = block.row(i);
        continue;
      }
      const std::int64_t rank = ranks[static_cast<std::size_t>(first + i)];
      if (rank < kept) sample.rows_.row(next_kept++) = block.row(i);
      sample.batch_sums_.row(rank % batches) += block.row(i);
      sample.batch_counts_[rank % batches] += 1;
    }
  }
  return sample;
}

}  // namespace aufbau::graphs
