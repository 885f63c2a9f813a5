#include "graphs/gromov/starts.h"

#include "core/error.h"
#include "graphs/gromov/mass_units.h"
#include "graphs/gromov/symmetric_eigen.h"

namespace aufbau::graphs {

namespace {

Matrix product_start(const MeasureNetwork& a, const MeasureNetwork& b) {
  return a.weights * b.weights.transpose();
}

Matrix monotone_start(const MeasureNetwork& a, const MeasureNetwork& b) {
  return monotone_coupling(a.weights, b.weights);
}

Matrix reversed_start(const MeasureNetwork& a, const MeasureNetwork& b) {
  const Vector p = a.weights, reversed = b.weights.reverse();
  return monotone_coupling(p, reversed).rowwise().reverse();
}

Matrix degree_start(const MeasureNetwork& a, const MeasureNetwork& b) {
  return sorted_coupling(-row_averages(a), -row_averages(b), a.weights, b.weights);
}

/// The eigenvector of the largest |eigenvalue| of the symmetric part, with a sum that is not
/// negative.
Vector leading_vector(const Matrix& values) {
  const SymmetricEigen eigen = symmetric_eigen((values + values.transpose()) / 2);
  const Eigen::Index last = eigen.values.size() - 1;
  const bool negative = std::abs(eigen.values[0]) > std::abs(eigen.values[last]);
  const Vector vector = eigen.vectors.col(negative ? 0 : last);
  return vector.sum() < 0 ? Vector(-vector) : vector;
}

Matrix spectral_start(const MeasureNetwork& a, const MeasureNetwork& b) {
  return sorted_coupling(-leading_vector(a.values), -leading_vector(b.values), a.weights,
                         b.weights);
}

}  // namespace

const std::vector<GromovStart>& gromov_starts() {
  static const std::vector<GromovStart> table = {
      {"product", "every point with every point: p q'", product_start},
      {"monotone", "in the order of the points", monotone_start},
      {"reversed", "the first points of one with the last of the other", reversed_start},
      {"degree", "by descending row averages", degree_start},
      {"spectral", "by descending entries of the leading eigenvectors", spectral_start},
  };
  return table;
}

Matrix permutation_coupling(const std::vector<std::int32_t>& columns) {
  const auto n = static_cast<Eigen::Index>(columns.size());
  Matrix coupling = Matrix::Zero(n, n);
  std::vector<bool> seen(columns.size(), false);
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i] < 0 || columns[i] >= n || seen[static_cast<std::size_t>(columns[i])])
      fail(ErrorKind::usage, "gromov-wasserstein", "entry ", i, " of a permutation is ", columns[i],
           ", expected each of 0 to ", n - 1, " once");
    seen[static_cast<std::size_t>(columns[i])] = true;
    coupling(static_cast<Eigen::Index>(i), columns[i]) = 1.0 / static_cast<double>(n);
  }
  return coupling;
}

}  // namespace aufbau::graphs
