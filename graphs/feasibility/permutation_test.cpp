#include "graphs/feasibility/permutation_test.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"
#include "graphs/feasibility/resampling.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "permutation test";

/// The unbiased squared distance of two sets that together are `all`, one of them `part`.
double distance_of(const Moments& part, const Moments& all) {
  const double n = static_cast<double>(part.count), m = static_cast<double>(all.count) - n;
  const Vector rest = all.sum - part.sum;
  const double within = (part.sum.squaredNorm() - part.squared_norms) / (n * (n - 1));
  const double within_rest =
      (rest.squaredNorm() - (all.squared_norms - part.squared_norms)) / (m * (m - 1));
  return (within + within_rest - 2 * part.sum.dot(rest) / (n * m)) /
         static_cast<double>(all.sum.size());
}

}  // namespace

PermutationTest permutation_test(const HistogramSample& source, const HistogramSample& target,
                                 const PermutationOptions& options) {
  const Matrix &a = source.rows(), &b = target.rows();
  if (a.cols() != b.cols())
    fail(ErrorKind::mismatch, kWhere, "histograms of ", a.cols(), " and of ", b.cols(),
         " cells cannot be compared");
  if (a.rows() < 2 || b.rows() < 2)
    fail(ErrorKind::usage, kWhere, "sets of ", a.rows(), " and ", b.rows(),
         " graphs, expected at least 2 in both");
  if (options.permutations < 1 || options.permutations > std::numeric_limits<std::int32_t>::max())
    fail(ErrorKind::usage, kWhere, options.permutations, " permutations, expected at least 1");

  Matrix rows(a.rows() + b.rows(), a.cols());
  rows << a, b;
  const Moments all = moments(rows);
  const Vector squares = rows.rowwise().squaredNorm();
  // The smaller side is drawn; the other is what is left.
  const Eigen::Index drawn = std::min(a.rows(), b.rows());
  const auto distance_of_rows = [&](const auto& chosen) {
    Moments part{drawn, Vector::Zero(rows.cols()), 0};
    for (Eigen::Index i = 0; i < drawn; ++i) {
      part.sum += rows.row(chosen[static_cast<std::size_t>(i)]).transpose();
      part.squared_norms += squares[chosen[static_cast<std::size_t>(i)]];
    }
    return distance_of(part, all);
  };

  std::vector<Eigen::Index> identity(static_cast<std::size_t>(rows.rows()));
  std::iota(identity.begin(), identity.end(), Eigen::Index{0});
  std::vector<Eigen::Index> smaller(identity.begin() + (a.rows() <= b.rows() ? 0 : a.rows()),
                                    identity.end());
  PermutationTest test;
  test.distance = distance_of_rows(smaller);
  test.permuted.resize(options.permutations);
  parallel_blocks(options.permutations, 8, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      std::vector<Eigen::Index> order = identity;
      Random random(resampling_key(options.seed, Resampling::permutation, i, 0));
      for (std::size_t at = 0; at < static_cast<std::size_t>(drawn); ++at)
        std::swap(order[at], order[at + random.below(order.size() - at)]);
      // Sums in one order, so that the same relabelling gives the same bits.
      std::sort(order.begin(), order.begin() + drawn);
      test.permuted[i] = distance_of_rows(order);
    }
  });
  // The relabelling of equal rows is a tie that rounding must not break.
  const double rounding = 1e-12 * all.squared_norms / static_cast<double>(all.count * a.cols());
  const auto as_far = (test.permuted.array() >= test.distance - rounding).count();
  test.p_value = static_cast<double>(1 + as_far) / static_cast<double>(1 + options.permutations);
  return test;
}

}  // namespace aufbau::graphs
