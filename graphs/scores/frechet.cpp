#include "graphs/scores/frechet.h"

#include <cmath>

#include "core/error.h"
#include "graphs/graphon/block_sum.h"
#include "graphs/gromov/symmetric_eigen.h"
#include "graphs/scores/decompositions.h"
#include "graphs/scores/requirements.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "frechet distance";
constexpr std::int64_t kRowsPerBlock = 512;

Frechet from_terms(double mean_term, double covariance_term) {
  return {mean_term + covariance_term, mean_term, covariance_term};
}

void require_moments(const char* what, const GaussianMoments& moments) {
  const Eigen::Index d = moments.mean.size();
  if (moments.covariance.rows() != d || moments.covariance.cols() != d)
    fail(ErrorKind::mismatch, kWhere, "the ", what, " has a mean of ", d,
         " columns and a covariance of ", moments.covariance.rows(), " x ",
         moments.covariance.cols());
  if (!moments.mean.allFinite() || !moments.covariance.allFinite())
    fail(ErrorKind::non_finite, kWhere, "the moments of the ", what,
         " hold values that are not finite");
}

void require_same_width(const GaussianMoments& a, const GaussianMoments& b) {
  if (a.mean.size() != b.mean.size())
    fail(ErrorKind::mismatch, kWhere, "moments of ", a.mean.size(), " and of ", b.mean.size(),
         " columns");
}

Matrix square_root(const Matrix& covariance) {
  const SymmetricEigen eigen = symmetric_eigen(covariance);
  return eigen.vectors * eigen.values.cwiseMax(0.0).cwiseSqrt().asDiagonal() *
         eigen.vectors.transpose();
}

}  // namespace

GaussianMoments gaussian_moments(const Matrix& rows) {
  require_rows(kWhere, "set", rows);
  const Eigen::Index d = rows.cols();
  const auto count = static_cast<double>(rows.rows());
  GaussianMoments moments;
  moments.count = rows.rows();
  moments.mean = block_sum<Vector>(rows.rows(), kRowsPerBlock, d, 1,
                                   [&](std::int64_t begin, std::int64_t end, Vector& sum) {
                                     sum = rows.middleRows(begin, end - begin).colwise().sum();
                                   }) /
                 count;
  moments.covariance = block_sum<Matrix>(
      rows.rows(), kRowsPerBlock, d, d, [&](std::int64_t begin, std::int64_t end, Matrix& sum) {
        const Matrix centred =
            rows.middleRows(begin, end - begin).rowwise() - moments.mean.transpose();
        sum.noalias() = centred.transpose() * centred;
      });
  if (rows.rows() > 1) moments.covariance /= count - 1;
  return moments;
}

GaussianMoments merged(const GaussianMoments& a, const GaussianMoments& b) {
  if (a.count == 0) return b;
  if (b.count == 0) return a;
  require_moments("first set", a);
  require_moments("second set", b);
  require_same_width(a, b);
  const auto n = static_cast<double>(a.count), m = static_cast<double>(b.count);
  const Vector apart = b.mean - a.mean;
  GaussianMoments both;
  both.count = a.count + b.count;
  both.mean = a.mean + apart * (m / (n + m));
  both.covariance = ((n - 1) * a.covariance + (m - 1) * b.covariance +
                     (n * m / (n + m)) * apart * apart.transpose()) /
                    (n + m - 1);
  return both;
}

Frechet frechet_distance(const Matrix& source, const Matrix& target) {
  require_rows(kWhere, "source", source, 2);
  require_rows(kWhere, "target", target, 2);
  require_same_width(kWhere, source, target);
  const Eigen::RowVectorXd m1 = source.colwise().mean(), m2 = target.colwise().mean();
  const Matrix x = source.rowwise() - m1, y = target.rowwise() - m2;
  const auto a = static_cast<double>(x.rows() - 1), b = static_cast<double>(y.rows() - 1);
  const Matrix product = triangle_of(x) * triangle_of(y).transpose();
  const double nuclear = singular_values(product).sum() / std::sqrt(a * b);
  return from_terms((m1 - m2).squaredNorm(),
                    x.squaredNorm() / a + y.squaredNorm() / b - 2 * nuclear);
}

Frechet frechet_distance(const GaussianMoments& source, const GaussianMoments& target) {
  require_moments("source", source);
  require_moments("target", target);
  require_same_width(source, target);
  if (source.count < 2 || target.count < 2)
    fail(ErrorKind::usage, kWhere, "moments of ", source.count, " and of ", target.count,
         " rows, expected at least 2 in both");
  const Matrix root = square_root(source.covariance);
  const Matrix product = root * target.covariance * root;
  const double bures = symmetric_eigenvalues(product).cwiseMax(0.0).cwiseSqrt().sum();
  return from_terms((source.mean - target.mean).squaredNorm(),
                    source.covariance.trace() + target.covariance.trace() - 2 * bures);
}

}  // namespace aufbau::graphs
