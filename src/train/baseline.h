#pragma once
#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/split.h"
#include "train/metrics.h"
#include "train/tasks.h"

namespace aufbau::train {

/// Strengths of the L2 penalty that are tried; the first with the best validation score is used.
inline constexpr double kBaselinePenalties[] = {100, 30, 10, 3, 1, 0.3, 0.1};

struct BaselineResult {
  std::string name;  ///< ecfp4-logistic or ecfp4-ridge
  double penalty = 0;
  TaskScores valid, test;
  bool valid_defined = true;  ///< false: no validation score, the middle penalty was taken
};

/// What a linear model on fingerprints reaches on the same data, tasks and split: ECFP4 (Rogers and
/// Hahn 2010; RDKit's Morgan fingerprint, radius 2, 2,048 bits) of the stored SMILES, with logistic
/// or ridge regression per task. Minimised is sum of losses + penalty / 2 * |weights|^2, without
/// penalty on the intercept; regression targets are standardised on the training part; missing
/// labels are left out. Deterministic. Error{mismatch} when the dataset has no molecules.
BaselineResult fingerprint_baseline(const data::Dataset& dataset, const Tasks& tasks,
                                    const data::Split& split, const MetricEntry& metric);

}  // namespace aufbau::train
