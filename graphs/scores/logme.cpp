#include "graphs/scores/logme.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/error.h"
#include "graphs/scores/decompositions.h"
#include "graphs/scores/requirements.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "logme";

/// The features by their singular values, which all targets share.
class Evidence {
 public:
  explicit Evidence(const Matrix& features) : rows_(static_cast<double>(features.rows())) {
    require_rows(kWhere, "matrix of features", features);
    const auto [singular, vectors] = left_singular(features);
    const double least = singular[0] * std::numeric_limits<double>::epsilon() *
                         static_cast<double>(std::max(features.rows(), features.cols()));
    const Eigen::Index rank = (singular.array() > least).count();
    if (rank == 0) fail(ErrorKind::usage, kWhere, "all features are 0");
    basis_ = vectors.leftCols(rank);
    squares_ = singular.head(rank).array().square();
  }

  LogMe of(const Vector& y) const {
    const double whole = y.squaredNorm();
    if (whole == 0) fail(ErrorKind::usage, kWhere, "all targets are 0");
    const auto rank = static_cast<double>(squares_.size());
    const Vector inside = basis_.transpose() * y;
    const Eigen::ArrayXd z = inside.array().square();
    // As many directions as rows leave nothing outside.
    const double outside = rank < rows_ ? (y - basis_ * inside).squaredNorm() : 0;
    constexpr double kExact = 1e-26;  // (1e-13 of |y|)^2: the rounding of the projection
    if (rank < rows_ && outside <= kExact * whole)
      fail(ErrorKind::usage, kWhere,
           "a linear function of the features gives the targets exactly: the evidence has no "
           "maximum");

    constexpr double kFar = 1e16, kSettled = 1e-13;
    constexpr std::int32_t kMostIterations = 100000;
    const double lowest = squares_.minCoeff() / kFar, highest = squares_.maxCoeff() * kFar;
    LogMe result;
    double ratio = 1;  // alpha / beta
    double weight = 0, residual = 0;
    const auto update = [&] {
      const Eigen::ArrayXd sum = squares_ + ratio;
      const double gamma = (squares_ / sum).sum();
      weight = (squares_ / sum * (z / sum)).sum();
      residual = (z * (ratio / sum).square()).sum() + outside;
      // rows - gamma, without the cancellation.
      result.beta = (rows_ - rank + (ratio / sum).sum()) / residual;
      result.alpha = gamma / weight;
    };
    bool is_at_limit = false;
    while (!result.converged && result.iterations < kMostIterations) {
      update();
      ++result.iterations;
      const double next = result.alpha / result.beta;
      is_at_limit = !(next > lowest && next < highest);
      result.converged = is_at_limit || std::abs(next - ratio) <= kSettled * ratio;
      ratio = is_at_limit ? (next >= highest ? highest : lowest) : next;
    }
    const LogMe settled = result;
    update();
    result.alpha = is_at_limit ? ratio * result.beta : settled.alpha;
    if (!is_at_limit) result.beta = settled.beta;
    // (d / 2) ln alpha - ln det(alpha I + beta Phi'Phi) / 2, with beta taken out of the
    // determinant.
    result.evidence = ((rows_ - rank) * std::log(result.beta) + rank * std::log(result.alpha) -
                       (squares_ + ratio).log().sum() - rows_ * std::log(2 * std::numbers::pi) -
                       result.beta * residual - result.alpha * weight) /
                      (2 * rows_);
    return result;
  }

 private:
  double rows_;
  Matrix basis_;            ///< [n, rank]
  Eigen::ArrayXd squares_;  ///< [rank], of the singular values above rounding
};

}  // namespace

LogMe logme_regression(const Matrix& features, const Vector& targets) {
  const Evidence evidence(features);
  require_targets(kWhere, features, targets);
  return evidence.of(targets);
}

LogMeClasses logme_classification(const Matrix& features, std::span<const std::int32_t> labels) {
  LogMeClasses result;
  result.classes = require_classes(kWhere, features, labels);
  const Evidence evidence(features);
  for (const std::int32_t one : result.classes) {
    Vector is_one(features.rows());
    for (Eigen::Index i = 0; i < is_one.size(); ++i)
      is_one[i] = labels[static_cast<std::size_t>(i)] == one ? 1 : 0;
    result.per_class.push_back(evidence.of(is_one));
    result.evidence += result.per_class.back().evidence;
  }
  result.evidence /= static_cast<double>(result.classes.size());
  return result;
}

}  // namespace aufbau::graphs
