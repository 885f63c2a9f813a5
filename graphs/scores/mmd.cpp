#include "graphs/scores/mmd.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "core/error.h"
#include "graphs/graphon/block_sum.h"
#include "graphs/scores/draws.h"
#include "graphs/scores/requirements.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "mmd";
constexpr std::int64_t kRowsPerBlock = 64;

/// Column 0 marks the source rows with 1, each further column as many drawn at random; [n + m, 1 +
/// permutations].
Matrix labellings(std::int64_t n, std::int64_t m, const MmdOptions& options) {
  if (options.permutations < 0 || options.permutations > std::numeric_limits<std::int32_t>::max())
    fail(ErrorKind::usage, kWhere, options.permutations, " permutations, expected 0 or more");
  Matrix labels = Matrix::Zero(n + m, 1 + options.permutations);
  labels.col(0).head(n).setOnes();
  for (std::int64_t p = 0; p < options.permutations; ++p)
    for (const std::int64_t i :
         random_rows(n + m, n, score_key(options.seed, ScoreDraw::permutation, p, 0)))
      labels(i, p + 1) = 1;
  return labels;
}

/// `fill(begin, end, rows)` writes those rows of the kernel of the pooled set, [end - begin, n +
/// m].
template <class Fill>
Mmd mmd(std::int64_t n, std::int64_t m, const Fill& fill, const MmdOptions& options) {
  const Matrix labels = labellings(n, m, options);
  // With z the labels of one column and K the kernel without its diagonal: z'Kz, z'K1 and 1'K1.
  const Matrix sums = block_sum<Matrix>(n + m, kRowsPerBlock, 3, labels.cols(),
                                        [&](std::int64_t begin, std::int64_t end, Matrix& sum) {
                                          Matrix kernel(end - begin, n + m);
                                          fill(begin, end, kernel);
                                          for (std::int64_t i = begin; i < end; ++i)
                                            kernel(i - begin, i) = 0;
                                          const auto own = labels.middleRows(begin, end - begin);
                                          const Vector of_row = kernel.rowwise().sum();
                                          sum.row(0) =
                                              (kernel * labels).cwiseProduct(own).colwise().sum();
                                          sum.row(1) = of_row.transpose() * own;
                                          sum(2, 0) = of_row.sum();
                                        });
  const auto a = static_cast<double>(n), b = static_cast<double>(m);
  const Vector xx = sums.row(0), xy = sums.row(1) - sums.row(0);
  const Vector yy = (sums(2, 0) - xx.array() - 2 * xy.array()).matrix();
  const Vector unbiased = xx / (a * (a - 1)) + yy / (b * (b - 1)) - 2 * xy / (a * b);
  Mmd result;
  result.biased = (xx[0] + a) / (a * a) + (yy[0] + b) / (b * b) - 2 * xy[0] / (a * b);
  result.unbiased = unbiased[0];
  result.permuted = unbiased.tail(options.permutations);
  // The kernel is at most 1. A relabelling of equal rows is a tie that rounding must not break.
  constexpr double kRounding = 1e-12;
  const auto as_far = (result.permuted.array() >= result.unbiased - kRounding).count();
  result.p_value = static_cast<double>(1 + as_far) / static_cast<double>(1 + options.permutations);
  return result;
}

Matrix pooled(const Matrix& source, const Matrix& target) {
  require_rows(kWhere, "source", source, 2);
  require_rows(kWhere, "target", target, 2);
  require_same_width(kWhere, source, target);
  Matrix rows(source.rows() + target.rows(), source.cols());
  rows << source, target;
  return rows;
}

}  // namespace

Mmd mmd_rbf(const Matrix& source, const Matrix& target, double sigma, const MmdOptions& options) {
  Matrix rows = pooled(source, target);
  if (!(sigma > 0) || !std::isfinite(sigma))
    fail(ErrorKind::usage, kWhere, "sigma is ", sigma,
         ", expected a number above 0; it is 0 when most rows are the same");
  // |x - y|^2 = |x|^2 + |y|^2 - 2xy keeps its digits when the origin is in the middle.
  const Eigen::RowVectorXd middle = rows.colwise().mean();
  rows.rowwise() -= middle;
  rows /= sigma;
  const Vector half_squares = rows.rowwise().squaredNorm() / 2;
  if (!half_squares.allFinite())
    fail(ErrorKind::usage, kWhere, "sigma is ", sigma, ", too small for rows so far apart");
  const auto fill = [&](std::int64_t begin, std::int64_t end, Matrix& kernel) {
    const std::int64_t count = end - begin;
    kernel.noalias() = rows.middleRows(begin, count) * rows.transpose();
    kernel.rowwise() -= half_squares.transpose();
    kernel.colwise() -= half_squares.segment(begin, count);
    kernel = kernel.cwiseMin(0.0).array().exp();
  };
  return mmd(source.rows(), target.rows(), fill, options);
}

Mmd mmd_tanimoto(const Fingerprints& source, const Fingerprints& target,
                 const MmdOptions& options) {
  require_fingerprints(kWhere, source, target, 2);
  const std::int64_t n = source.size(), m = target.size();
  const auto similarity = [&](std::int64_t i, std::int64_t j) {
    return tanimoto(i < n ? source : target, i < n ? i : i - n, j < n ? source : target,
                    j < n ? j : j - n);
  };
  const auto fill = [&](std::int64_t begin, std::int64_t end, Matrix& kernel) {
    for (std::int64_t i = begin; i < end; ++i)
      for (std::int64_t j = 0; j < n + m; ++j) kernel(i - begin, j) = similarity(i, j);
  };
  return mmd(n, m, fill, options);
}

double median_distance(const Matrix& source, const Matrix& target) {
  const Matrix rows = pooled(source, target);
  const std::int64_t n = rows.rows();
  std::vector<double> distances(static_cast<std::size_t>(n * (n - 1) / 2));
  parallel_blocks(n, kRowsPerBlock, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i)
      for (std::int64_t j = 0; j < i; ++j)
        distances[static_cast<std::size_t>(i * (i - 1) / 2 + j)] =
            (rows.row(i) - rows.row(j)).norm();
  });
  const auto upper = distances.begin() + static_cast<std::ptrdiff_t>(distances.size() / 2);
  std::nth_element(distances.begin(), upper, distances.end());
  if (distances.size() % 2 == 1) return *upper;
  return (*upper + *std::max_element(distances.begin(), upper)) / 2;
}

}  // namespace aufbau::graphs
