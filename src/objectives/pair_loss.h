#pragma once
#include "objectives/objective.h"

namespace aufbau::objectives {

/// Scores (logits) of pairs that belong together and of pairs that do not.
struct PairScores {
  Tensor positive;  ///< [P], P > 0
  Tensor negative;  ///< [M]
};

/// Mean cross-entropy of the positive scores + that of the negative ones, as edge prediction and
/// infomax have it (Hu et al. 2020, code). metrics: loss_pos, loss_neg, accuracy = (positive scores
/// above 0 + negative ones below 0) / 2P, so that negatives that are lacking count as wrong.
LossResult pair_loss(const PairScores& scores);

}  // namespace aufbau::objectives
