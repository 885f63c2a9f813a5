#pragma once
#include "graphs/gromov/network.h"

namespace aufbau::graphs {

/// How two pair values a and b are compared.
enum class GromovLoss {
  square,       ///< (a - b)^2
  half_square,  ///< (a - b)^2 / 2
  kl            ///< a log((a + e) / (b + e)) - a + b with e = 1e-15; a and b not negative
};

/// L(a, b) of one pair.
double pair_loss(GromovLoss loss, double a, double b);

/// What every solver here minimises over couplings T of p and q:
///   F(T) = constant + <linear, T> - <left T right^T, T>.
/// The Gromov-Wasserstein objective sum L(A_ik, B_jl) T_ij T_kl has this form for losses
/// L(a, b) = f1(a) + f2(b) - h1(a) h2(b) (Peyre, Cuturi, Solomon 2016, proposition 1), with
/// left = h1(A), right = h2(B) and constant = p' f1(A) p + q' f2(B) q.
struct GromovProblem {
  Vector p, q;         ///< [n], [m]
  Matrix left, right;  ///< [n, n], [m, m]
  Matrix linear;       ///< [n, m]
  double constant = 0;
  bool symmetric = false;  ///< left and right both are

  double value(const Matrix& coupling) const;
  /// left D right^T; [n, m].
  Matrix product(const Matrix& direction) const;
  /// The part of the gradient that comes from the quadratic term: -(left D right^T + left^T D
  /// right).
  Matrix curvature(const Matrix& direction) const;
};

/// Gromov-Wasserstein. Error as `require_network`; Error{usage} for a negative value under kl.
GromovProblem gromov_problem(const MeasureNetwork& a, const MeasureNetwork& b, GromovLoss loss);

/// Fused (Vayer et al. 2019, equation 6, q = 1): structure_share * Gromov-Wasserstein
/// + (1 - structure_share) * <attribute_cost, T>, attribute_cost [n, m] between the points of a and
/// b. Error{mismatch} for a cost of another shape, Error{usage} for a negative cost or a share
/// outside [0, 1].
GromovProblem fused_problem(const MeasureNetwork& a, const MeasureNetwork& b, GromovLoss loss,
                            const Matrix& attribute_cost, double structure_share);

/// Error{mismatch} where the coupling is not [n, m]; Error{usage} where it is negative or its sums
/// differ from p and q by more than 1e-9 in total.
void require_coupling(const GromovProblem& problem, const Matrix& coupling);

}  // namespace aufbau::graphs
