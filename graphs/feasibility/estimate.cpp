#include "graphs/feasibility/estimate.h"

#include "core/error.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "distance estimate";

void require_sets(const std::vector<Moments>& bases, const Moments& target) {
  if (bases.empty()) fail(ErrorKind::nothing_valid, kWhere, "there is no set to mix");
  for (const Moments* set : {&target, &bases.front()})
    if (set->count < 1 || set->sum.size() == 0)
      fail(ErrorKind::nothing_valid, kWhere, "a set has no graphs or its histograms no cells");
  for (std::size_t j = 0; j < bases.size(); ++j) {
    if (bases[j].count < 1) fail(ErrorKind::nothing_valid, kWhere, "set ", j, " has no graphs");
    if (bases[j].sum.size() != target.sum.size())
      fail(ErrorKind::mismatch, kWhere, "the histograms of set ", j, " have ", bases[j].sum.size(),
           " cells, those of the target ", target.sum.size());
  }
}

void require_pairs(std::int64_t count) {
  if (count < 2)
    fail(ErrorKind::usage, kWhere, "a set has ", count,
         " graph; what sampling does to it needs at least 2");
}

/// The mean of <x, y> over pairs of different graphs of the set.
double mean_product_of_pairs(const Moments& set) {
  require_pairs(set.count);
  const double n = static_cast<double>(set.count);
  return (set.sum.squaredNorm() - set.squared_norms) / (n * (n - 1));
}

}  // namespace

SquareTerms plug_in_terms(const std::vector<Moments>& bases, const Moments& target) {
  require_sets(bases, target);
  const auto k = static_cast<Eigen::Index>(bases.size());
  Matrix means(k, target.sum.size());
  for (Eigen::Index j = 0; j < k; ++j)
    means.row(j) = bases[static_cast<std::size_t>(j)].mean().transpose();
  const double cells = static_cast<double>(target.sum.size());
  const Vector mean = target.mean();
  return {means * means.transpose() / cells, means * mean / cells, mean.squaredNorm() / cells};
}

SquareTerms unbiased_terms(const std::vector<Moments>& bases, const Moments& target) {
  SquareTerms terms = plug_in_terms(bases, target);
  const double cells = static_cast<double>(target.sum.size());
  for (std::size_t j = 0; j < bases.size(); ++j) {
    const auto at = static_cast<Eigen::Index>(j);
    terms.H(at, at) = mean_product_of_pairs(bases[j]) / cells;
  }
  terms.d = mean_product_of_pairs(target) / cells;
  return terms;
}

DistanceEstimate estimate_distance(const std::vector<Moments>& bases, const Moments& target) {
  DistanceEstimate estimate;
  const SquareTerms unbiased = unbiased_terms(bases, target);
  estimate.fit = fit_mixture(plug_in_terms(bases, target));
  estimate.unbiased = unbiased.value(estimate.fit.alpha);
  estimate.noise_floor = noise_floor(target);
  if (estimate.noise_floor > 0) estimate.ratio = estimate.fit.value / estimate.noise_floor;
  return estimate;
}

double noise_floor(const Moments& set) {
  require_pairs(set.count);
  const double half = static_cast<double>(set.count / 2);
  const double rest = static_cast<double>(set.count) - half;
  return set.variance() * (1 / half + 1 / rest) / static_cast<double>(set.sum.size());
}

double half_difference(const Matrix& rows, const std::vector<std::int32_t>& order) {
  require_pairs(rows.rows());
  std::vector<bool> seen(static_cast<std::size_t>(rows.rows()), false);
  if (order.size() != seen.size())
    fail(ErrorKind::usage, kWhere, "an order of ", order.size(), " graphs for a set of ",
         rows.rows());
  const auto half = static_cast<Eigen::Index>(order.size() / 2);
  Vector first = Vector::Zero(rows.cols()), rest = first;
  Eigen::Index position = 0;
  for (const std::int32_t row : order) {
    if (row < 0 || row >= rows.rows() || seen[static_cast<std::size_t>(row)])
      fail(ErrorKind::usage, kWhere, "an order of graphs names ", row, ", expected each of 0 to ",
           rows.rows() - 1, " once");
    seen[static_cast<std::size_t>(row)] = true;
    (position++ < half ? first : rest) += rows.row(row).transpose();
  }
  const Vector difference =
      first / static_cast<double>(half) - rest / static_cast<double>(rows.rows() - half);
  return difference.squaredNorm() / static_cast<double>(rows.cols());
}

}  // namespace aufbau::graphs
