#include "graphs/gromov/bounds.h"

#include <algorithm>

#include "core/error.h"
#include "graphs/gromov/mass_units.h"
#include "graphs/gromov/symmetric_eigen.h"

namespace aufbau::graphs {

namespace {

/// Eigenvalues of diag(sqrt w) values diag(sqrt w), ascending.
Vector weighted_spectrum(const MeasureNetwork& network) {
  const Vector root = network.weights.cwiseSqrt();
  return symmetric_eigen(root.asDiagonal() * network.values * root.asDiagonal()).values;
}

/// sum over ranks of the product of the positive parts, both in descending order.
double paired_positive(const Vector& ascending_a, const Vector& ascending_b) {
  double sum = 0;
  for (Eigen::Index i = ascending_a.size(), j = ascending_b.size();
       i-- > 0 && j-- > 0 && ascending_a[i] > 0 && ascending_b[j] > 0;)
    sum += ascending_a[i] * ascending_b[j];
  return sum;
}

bool is_symmetric(const MeasureNetwork& network) {
  return network.values == network.values.transpose();
}

}  // namespace

double degree_lower_bound(const MeasureNetwork& a, const MeasureNetwork& b, GromovLoss loss) {
  require_network("degree bound", a);
  require_network("degree bound", b);
  const Vector degrees_a = row_averages(a), degrees_b = row_averages(b);
  const Matrix coupling = sorted_coupling(degrees_a, degrees_b, a.weights, b.weights);
  double cost = 0;
  for (Eigen::Index i = 0; i < coupling.rows(); ++i)
    for (Eigen::Index j = 0; j < coupling.cols(); ++j)
      if (coupling(i, j) > 0) cost += coupling(i, j) * pair_loss(loss, degrees_a[i], degrees_b[j]);
  return std::max(0.0, cost);
}

double spectral_lower_bound(const MeasureNetwork& a, const MeasureNetwork& b) {
  require_network("spectral bound", a);
  require_network("spectral bound", b);
  if (!is_symmetric(a) || !is_symmetric(b))
    fail(ErrorKind::usage, "spectral bound", "the values of a network are not symmetric");
  const Vector spectrum_a = weighted_spectrum(a), spectrum_b = weighted_spectrum(b);
  const double paired = paired_positive(spectrum_a, spectrum_b) +
                        paired_positive(-spectrum_a.reverse(), -spectrum_b.reverse());
  return std::max(0.0, spectrum_a.squaredNorm() + spectrum_b.squaredNorm() - 2 * paired);
}

double monotone_upper_bound(const MeasureNetwork& a, const MeasureNetwork& b, GromovLoss loss) {
  const GromovProblem problem = gromov_problem(a, b, loss);
  return std::max(0.0, problem.value(monotone_coupling(a.weights, b.weights)));
}

double aligned_upper_bound(const MeasureNetwork& a, const MeasureNetwork& b, GromovLoss loss) {
  const GromovProblem problem = gromov_problem(a, b, loss);
  return std::max(
      0.0, problem.value(sorted_coupling(row_averages(a), row_averages(b), a.weights, b.weights)));
}

GromovBounds gromov_bounds(const MeasureNetwork& a, const MeasureNetwork& b, GromovLoss loss) {
  GromovBounds bounds;
  bounds.upper_monotone = monotone_upper_bound(a, b, loss);
  bounds.upper_aligned = aligned_upper_bound(a, b, loss);
  bounds.lower_degree = degree_lower_bound(a, b, loss);
  if (loss != GromovLoss::kl && is_symmetric(a) && is_symmetric(b))
    bounds.lower_spectral = (loss == GromovLoss::square ? 1 : 0.5) * spectral_lower_bound(a, b);
  return bounds;
}

}  // namespace aufbau::graphs
