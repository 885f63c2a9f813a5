#include "graphs/scores/h_score.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "core/error.h"
#include "graphs/gromov/symmetric_eigen.h"
#include "graphs/scores/requirements.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "h-score";

Matrix centred(const Matrix& features) {
  const Eigen::RowVectorXd mean = features.colwise().mean();
  return features.rowwise() - mean;
}

Matrix population_covariance(const Matrix& centred_rows) {
  return centred_rows.transpose() * centred_rows / static_cast<double>(centred_rows.rows());
}

}  // namespace

double ledoit_wolf(const Matrix& features) {
  require_rows(kWhere, "matrix of features", features);
  const Matrix x = centred(features), s = population_covariance(x);
  const auto n = static_cast<double>(x.rows()), d = static_cast<double>(x.cols());
  const double trace = s.trace(), squares = s.squaredNorm();
  Matrix off_target = s;
  off_target.diagonal().array() -= trace / d;
  const double apart = off_target.squaredNorm();
  if (apart == 0) return 0;
  // sum |x x^T - S|^2 = sum |x|^4 - n |S|^2, as the x x^T sum to n S.
  const double noise =
      std::max(0.0, x.rowwise().squaredNorm().array().square().sum() - n * squares) / (n * n);
  return std::min(noise, apart) / apart;
}

HScore h_score(const Matrix& features, std::span<const std::int32_t> labels, double shrinkage) {
  require_rows(kWhere, "matrix of features", features);
  require_classes(kWhere, features, labels);
  if (!(shrinkage >= 0 && shrinkage <= 1))
    fail(ErrorKind::usage, kWhere, "the shrinkage is ", shrinkage, ", expected 0 to 1");
  const Matrix x = centred(features);
  const SymmetricEigen eigen = symmetric_eigen(population_covariance(x));
  const double mean_variance = eigen.values.cwiseMax(0.0).mean();
  const Eigen::ArrayXd variance =
      (1 - shrinkage) * eigen.values.array() + shrinkage * mean_variance;
  const double least = 1e-10 * variance.maxCoeff();

  struct Class {
    double count = 0;
    Vector sum;
  };
  std::map<std::int32_t, Class> classes;
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    Class& one = classes[labels[static_cast<std::size_t>(i)]];
    if (one.count == 0) one.sum = Vector::Zero(x.cols());
    one.sum += x.row(i).transpose();
    ++one.count;
  }
  HScore score;
  score.shrinkage = shrinkage;
  for (const auto& [label, one] : classes) {
    const Eigen::ArrayXd along = (eigen.vectors.transpose() * (one.sum / one.count)).array();
    const double apart = (variance > least).select(along.square() / variance, 0.0).sum();
    score.value += one.count / static_cast<double>(x.rows()) * apart;
  }
  score.scaled = (1 - shrinkage) * score.value;
  return score;
}

HScore h_score(const Matrix& features, std::span<const std::int32_t> labels) {
  return h_score(features, labels, ledoit_wolf(features));
}

}  // namespace aufbau::graphs
