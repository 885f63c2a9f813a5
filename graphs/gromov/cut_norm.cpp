#include "graphs/gromov/cut_norm.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "graphs/gromov/symmetric_eigen.h"

namespace aufbau::graphs {

namespace {

/// D_st w_s w_t: what a cell adds to the cut that it is in.
Matrix cell_masses(const MeasureNetwork& difference) {
  require_network("cut norm", difference);
  return difference.weights.asDiagonal() * difference.values * difference.weights.asDiagonal();
}

/// The best T for given sums over S of every column, of either sign.
double best_columns(const Vector& sums) {
  return std::max(sums.cwiseMax(0).sum(), -sums.cwiseMin(0).sum());
}

/// The best cut whose S agrees with `sums` before `row`. Sums are built up, never taken back, so
/// that rounding does not grow with the number of subsets.
double best_cut(const Matrix& masses, Eigen::Index row, const Vector& sums) {
  if (row == masses.rows()) return best_columns(sums);
  const Vector with_row = sums + masses.row(row).transpose();
  return std::max(best_cut(masses, row + 1, sums), best_cut(masses, row + 1, with_row));
}

Vector indicator(const Vector& values) { return (values.array() > 0).cast<double>(); }

/// Alternates between the best T for S and the best S for T while the cut grows.
double climb(const Matrix& masses, Vector rows) {
  double cut = -1;
  for (;;) {
    const Vector columns = indicator(masses.transpose() * rows);
    rows = indicator(masses * columns);
    const double next = rows.dot(masses * columns);
    if (!(next > cut + 1e-15)) return std::max(cut, 0.0);
    cut = next;
  }
}

}  // namespace

double cut_norm_exact(const MeasureNetwork& difference) {
  const Matrix masses = cell_masses(difference);
  if (masses.rows() > kMostExactCutPoints)
    fail(ErrorKind::usage, "cut norm", "the exact cut norm looks at all subsets of ", masses.rows(),
         " points, expected at most ", kMostExactCutPoints,
         "; take cut_norm_lower and cut_norm_upper");
  return best_cut(masses, 0, Vector::Zero(masses.rows()));
}

double cut_norm_lower(const MeasureNetwork& difference) {
  const Matrix masses = cell_masses(difference);
  const Eigen::Index n = masses.rows();
  std::vector<Vector> starts;
  for (Eigen::Index i = 0; i < n; ++i) starts.push_back(Vector::Unit(n, i));
  starts.push_back(Vector::Ones(n));
  const Matrix vectors = symmetric_eigen(masses * masses.transpose()).vectors;
  for (Eigen::Index j = n; j-- > std::max<Eigen::Index>(0, n - 4);) {
    starts.push_back(indicator(vectors.col(j)));
    starts.push_back(indicator(-vectors.col(j)));
  }
  double best = 0;
  for (const Vector& start : starts)
    best = std::max({best, climb(masses, start), climb(-masses, start)});
  return best;
}

double cut_norm_upper(const MeasureNetwork& difference) {
  const double l1 = cell_masses(difference).cwiseAbs().sum();
  const Vector root = difference.weights.cwiseSqrt();
  const Matrix scaled = root.asDiagonal() * difference.values * root.asDiagonal();
  const Vector squares = symmetric_eigen(scaled * scaled.transpose()).values;
  return std::min(l1, std::sqrt(std::max(0.0, squares[squares.size() - 1])));
}

}  // namespace aufbau::graphs
