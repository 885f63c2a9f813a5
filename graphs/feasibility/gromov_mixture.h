#pragma once
#include "graphs/feasibility/generator_space.h"
#include "graphs/gromov/gromov_wasserstein.h"

namespace aufbau::graphs {

/// What is certain about the squared Gromov-Wasserstein distance of a mixture and its target, and
/// the best that a search finds: max(lower_degree, lower_spectral) <= distance <= searched.
struct MixtureBounds {
  double lower_degree = 0, lower_spectral = 0;  ///< of graphs/gromov/bounds.h
  double searched = 0;                          ///< of gromov_wasserstein
};
/// Square loss, whatever `search` says of the loss.
MixtureBounds mixture_bounds(const GeneratorSpace& space, const Vector& alpha, const Matrix& target,
                             GromovSearch search = {});

/// Derivatives of F(T) = sum L(C_ik, D_jl) T_ij T_kl, C = sum alpha_j B_j, at a fixed coupling T:
/// by the envelope theorem those of the distance itself where T is its minimiser.
struct EnvelopeGradient {
  Vector alpha;   ///< [k]: g_j = <dF/dC, B_j>
  Vector logits;  ///< [k]: alpha_j (g_j - sum_i alpha_i g_i), for alpha = softmax(logits)
};
/// dF/dC = f1'(C) o (p p') - T h2(D) T', for the square loss twice that of the half-square one.
/// Error as GeneratorSpace::mixture and `require_coupling` for equal weights.
EnvelopeGradient envelope_gradient(const GeneratorSpace& space, const Vector& alpha,
                                   const Matrix& target, const Matrix& coupling, GromovLoss loss);

/// A mixture near the target in the Gromov-Wasserstein sense.
struct GromovMixture {
  Vector alpha;      ///< [k]
  double value = 0;  ///< F of the coupling: an upper bound of the smallest distance of any mixture
  Matrix coupling;   ///< [R, R]
  int rounds = 0;
  bool converged = false;  ///< a round gained less than 1e-9 of the value
};
/// Minimises over weights and coupling in turn: from `fit_mixture` and a search for the coupling,
/// the weights take Newton steps at the fixed coupling (each a `simplex_qp` in the envelope
/// gradient; one step is exact for the square losses), then the coupling descends. The value never
/// rises. Neither this nor the distance is convex: a local minimum.
GromovMixture minimise_gromov(const GeneratorSpace& space, const Matrix& target,
                              const GromovSearch& search = {}, int max_rounds = 50);

}  // namespace aufbau::graphs
