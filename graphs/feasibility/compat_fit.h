#pragma once
#include "graphs/feasibility/generator_space.h"

namespace aufbau::graphs {

/// The fit of mixture weights as the code released with Cao et al. (2023) does it, for comparison
/// only: its transport is not carried to convergence, so its coupling misses the weights, its loss
/// can be negative, and its last digits decide where it ends. `fit_mixture` is the exact answer to
/// the same question.
struct CompatLoss {
  double value = 0;
  Vector gradient;  ///< [k], derivative by the weights through all iterations
  Matrix coupling;  ///< [R, R]; its row sums are not 1/R
};
/// Half-square entropic Gromov-Wasserstein between the mixture and the target with epsilon 1e-5: at
/// most 100 times T <- Sinkhorn(2 (const - C T D')) from p p', tested for a change of at most 1e-6
/// at steps 0, 10, 20, ..; Sinkhorn in the log domain from 0, at most 100 sweeps, ended by a sweep
/// that changes both potentials by less than 0.1 in sum. Derivatives in forward mode, float64.
CompatLoss compat_loss(const GeneratorSpace& space, const Vector& alpha, const Matrix& target);

struct CompatFit {
  Vector best_alpha;  ///< [k], weights of the smallest loss
  Vector last_alpha;  ///< [k], what the released code prints
  double best_loss = 0;
  Vector losses;  ///< one per epoch
};
/// Adam on softmax logits from 1 with learning rate 0.05, betas 0.9 and 0.99, epsilon 1e-8 and L2
/// decay 1e-5, at most 100 epochs. After epoch 30 a third loss above the best ends it; every 20th
/// epoch forgets those counted. Error as GeneratorSpace::terms; Error{non_finite} for a loss that
/// is not finite.
CompatFit compat_fit(const GeneratorSpace& space, const Matrix& target);

}  // namespace aufbau::graphs
