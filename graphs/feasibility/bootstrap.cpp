#include "graphs/feasibility/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/parallel.h"
#include "graphs/feasibility/resampling.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "bootstrap";
constexpr std::int64_t kBlock = 16;  // replicates that share one matrix product

double quantile_of(Vector values, double share) {
  std::sort(values.begin(), values.end());
  const double position = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<Eigen::Index>(position);
  const Eigen::Index above = std::min(below + 1, values.size() - 1);
  return values[below] + (position - static_cast<double>(below)) * (values[above] - values[below]);
}

Interval middle(const Vector& values, double level) {
  if (!(level > 0 && level < 1))
    fail(ErrorKind::usage, kWhere, "the level is ", level, ", expected between 0 and 1");
  return {quantile_of(values, (1 - level) / 2), quantile_of(values, (1 + level) / 2)};
}

/// The sets in order, the target last.
std::vector<const HistogramSample*> all_sets(const std::vector<HistogramSample>& bases,
                                             const HistogramSample& target) {
  if (bases.empty()) fail(ErrorKind::nothing_valid, kWhere, "there is no set to mix");
  std::vector<const HistogramSample*> sets;
  for (const HistogramSample& base : bases) sets.push_back(&base);
  sets.push_back(&target);
  for (const HistogramSample* set : sets)
    if (set->rows().cols() != target.rows().cols())
      fail(ErrorKind::mismatch, kWhere, "histograms of ", set->rows().cols(), " and of ",
           target.rows().cols(), " cells cannot be compared");
  return sets;
}

/// Mean histograms of replicates, a row each.
Matrix replicate_means(const HistogramSample& set, const Matrix& counts) {
  Matrix means = counts * set.batch_sums();
  means.array().colwise() /= (counts * set.batch_counts()).array();
  return means;
}

/// The fits of the replicates whose counts the blocks of all sets hold.
void fit_replicates(const std::vector<const HistogramSample*>& sets,
                    const std::vector<Matrix>& counts, std::int64_t begin, Bootstrap& result) {
  const auto k = static_cast<Eigen::Index>(sets.size()) - 1;
  std::vector<Matrix> means;
  for (std::size_t s = 0; s < sets.size(); ++s)
    means.push_back(replicate_means(*sets[s], counts[s]));
  for (Eigen::Index b = 0; b < means.front().rows(); ++b) {
    Matrix rows(k + 1, means.front().cols());
    for (Eigen::Index s = 0; s <= k; ++s) rows.row(s) = means[static_cast<std::size_t>(s)].row(b);
    const Matrix products = rows * rows.transpose() / static_cast<double>(rows.cols());
    const MixtureFit fit =
        fit_mixture({products.topLeftCorner(k, k), products.col(k).head(k), products(k, k)});
    result.values[begin + b] = fit.value;
    result.alpha.row(begin + b) = fit.alpha.transpose();
  }
}

}  // namespace

double Bootstrap::mean() const { return values.mean(); }

double Bootstrap::sd() const {
  if (values.size() < 2) return 0;
  return std::sqrt((values.array() - mean()).square().sum() /
                   static_cast<double>(values.size() - 1));
}

double Bootstrap::quantile(double share) const {
  if (!(share >= 0 && share <= 1))
    fail(ErrorKind::usage, kWhere, "the share of a quantile is ", share, ", expected 0 to 1");
  return quantile_of(values, share);
}

Interval Bootstrap::plug_in_interval(double level) const { return middle(values, level); }

Interval Bootstrap::interval(const DistanceEstimate& estimate, double level) const {
  const Interval plug_in = middle(values, level);
  const double shift = 2 * (estimate.fit.value - estimate.unbiased);
  return {plug_in.low - shift, plug_in.high - shift};
}

std::vector<Interval> Bootstrap::alpha_intervals(double level) const {
  std::vector<Interval> intervals;
  for (Eigen::Index j = 0; j < alpha.cols(); ++j) intervals.push_back(middle(alpha.col(j), level));
  return intervals;
}

Bootstrap bootstrap(const std::vector<HistogramSample>& bases, const HistogramSample& target,
                    const BootstrapOptions& options) {
  const std::vector<const HistogramSample*> sets = all_sets(bases, target);
  if (options.replicates < 1 || options.replicates > std::numeric_limits<std::int32_t>::max())
    fail(ErrorKind::usage, kWhere, options.replicates, " replicates, expected at least 1");
  Bootstrap result{Vector(options.replicates),
                   Matrix(options.replicates, static_cast<Eigen::Index>(bases.size()))};
  parallel_blocks(options.replicates, kBlock, [&](std::int64_t begin, std::int64_t end) {
    std::vector<Matrix> counts;
    for (std::size_t s = 0; s < sets.size(); ++s) {
      const Eigen::Index batches = sets[s]->batch_sums().rows();
      counts.push_back(Matrix::Zero(end - begin, batches));
      for (std::int64_t b = begin; b < end; ++b) {
        Random random(
            resampling_key(options.seed, Resampling::bootstrap, b, static_cast<std::int64_t>(s)));
        for (Eigen::Index draw = 0; draw < batches; ++draw)
          counts[s](b - begin,
                    static_cast<Eigen::Index>(random.below(static_cast<std::uint64_t>(batches)))) +=
              1;
      }
    }
    fit_replicates(sets, counts, begin, result);
  });
  return result;
}

Bootstrap bootstrap_of_counts(const std::vector<HistogramSample>& bases,
                              const HistogramSample& target, const std::vector<Matrix>& counts) {
  const std::vector<const HistogramSample*> sets = all_sets(bases, target);
  if (counts.size() != sets.size())
    fail(ErrorKind::mismatch, kWhere, "counts of ", counts.size(), " sets for ", sets.size());
  const Eigen::Index replicates = counts.front().rows();
  if (replicates == 0) fail(ErrorKind::usage, kWhere, "0 replicates, expected at least 1");
  for (std::size_t s = 0; s < sets.size(); ++s) {
    if (counts[s].rows() != replicates || counts[s].cols() != sets[s]->batch_sums().rows())
      fail(ErrorKind::mismatch, kWhere, "the counts of set ", s, " are ", counts[s].rows(), " x ",
           counts[s].cols(), ", expected ", replicates, " x ", sets[s]->batch_sums().rows());
    if (!(counts[s].minCoeff() >= 0 && counts[s].rowwise().sum().minCoeff() > 0))
      fail(ErrorKind::usage, kWhere, "the counts of set ", s,
           " are negative, or a replicate draws nothing");
  }
  Bootstrap result{Vector(replicates), Matrix(replicates, static_cast<Eigen::Index>(bases.size()))};
  parallel_blocks(replicates, kBlock, [&](std::int64_t begin, std::int64_t end) {
    std::vector<Matrix> block;
    for (const Matrix& of_set : counts) block.push_back(of_set.middleRows(begin, end - begin));
    fit_replicates(sets, block, begin, result);
  });
  return result;
}

}  // namespace aufbau::graphs
