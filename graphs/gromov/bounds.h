#pragma once
#include "graphs/gromov/problem.h"

namespace aufbau::graphs {

/// The cost of carrying one degree distribution to the other: sum L(d_i, e_j) T_ij for row averages
/// d and e and the coupling T that sorts both. Never above the Gromov-Wasserstein value of any
/// coupling, by Jensen's inequality (all three losses are convex in both arguments together, kl up
/// to 1e-13) and exact transport on the line.
double degree_lower_bound(const MeasureNetwork& a, const MeasureNetwork& b,
                          GromovLoss loss = GromovLoss::square);

/// |A|^2 + |B|^2 - 2 (sum l+ m+ + sum l- m-), with the positive and the negative eigenvalues l of
/// diag(sqrt p) A diag(sqrt p) and m of diag(sqrt q) B diag(sqrt q) each paired in descending order
/// of size: a coupling is a contraction between these matrices. For the loss square, at least 0.
/// Error{usage} for values that are not symmetric.
double spectral_lower_bound(const MeasureNetwork& a, const MeasureNetwork& b);

/// The value of the monotone coupling, which for degree sorted networks of one size compares cell
/// by cell.
double monotone_upper_bound(const MeasureNetwork& a, const MeasureNetwork& b,
                            GromovLoss loss = GromovLoss::square);

/// The value of the coupling that sorts both by their row averages, whatever order they come in.
double aligned_upper_bound(const MeasureNetwork& a, const MeasureNetwork& b,
                           GromovLoss loss = GromovLoss::square);

/// Both sides of the Gromov-Wasserstein value of one loss, without a search.
struct GromovBounds {
  double lower_degree = 0;
  double lower_spectral = 0;  ///< 0, which says nothing, for kl or values that are not symmetric
  double upper_monotone = 0;
  double upper_aligned = 0;
  double lower() const { return lower_degree > lower_spectral ? lower_degree : lower_spectral; }
  double upper() const { return upper_monotone < upper_aligned ? upper_monotone : upper_aligned; }
};
GromovBounds gromov_bounds(const MeasureNetwork& a, const MeasureNetwork& b,
                           GromovLoss loss = GromovLoss::square);

}  // namespace aufbau::graphs
