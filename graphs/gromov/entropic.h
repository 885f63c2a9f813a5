#pragma once
#include "graphs/gromov/problem.h"

namespace aufbau::graphs {

struct EntropicSearch {
  double epsilon = 0;        ///< strength of the entropy, above 0, in units of the objective
  double tolerance = 1e-11;  ///< see EntropicResult::converged
  int max_iterations = 5000;
  Matrix start;  ///< a coupling; empty: p q'
};

struct EntropicResult {
  Matrix coupling;          ///< [n, m], every entry with mass on both sides above 0
  double value = 0;         ///< F of the coupling, without the entropy
  double objective = 0;     ///< F + epsilon sum T (log T - 1)
  double residual = 0;      ///< `entropic_residual` of the coupling
  double marginal_gap = 0;  ///< L1 distance of its sums from the weights
  int iterations = 0;
  /// The last step, undamped, would have moved less than `tolerance` of the mass, and the sums of
  /// the coupling miss the weights by less than ten times that. False: max_iterations ended the
  /// search, see `residual`.
  bool converged = false;
};

/// A stationary point of F(T) + epsilon sum T (log T - 1) over couplings. The plain iteration
/// T <- Sinkhorn_epsilon(gradient) of Peyre, Cuturi, Solomon 2016 oscillates where the matrices are
/// indefinite; this is mirror descent damped by lambda, T <- Sinkhorn_{epsilon + lambda}(gradient -
/// lambda log T), which has the same fixed points and in which lambda doubles whenever the
/// objective would rise. Sinkhorn runs in the log domain, each one to well below the step it is
/// part of. Error{usage} for an epsilon, tolerance or iteration count that is not above 0; a start
/// as `require_coupling`; Error{non_finite} where epsilon is too small for float64.
EntropicResult entropic_gromov_wasserstein(const GromovProblem& problem,
                                           const EntropicSearch& search);

/// How far T is from stationary: the L1 distance to Sinkhorn_epsilon of the gradient at T.
double entropic_residual(const GromovProblem& problem, const Matrix& coupling, double epsilon);

}  // namespace aufbau::graphs
