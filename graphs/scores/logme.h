#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// The log evidence per row of Bayesian linear regression, y ~ N(Phi w, 1/beta), w ~ N(0, 1/alpha),
/// at the alpha and beta that explain y best: LogME (You et al. 2021). Higher means that a linear
/// head on these features does better. No intercept, no centring.
struct LogMe {
  double evidence = 0;  ///< per row
  double alpha = 0, beta = 0;
  std::int32_t iterations = 0;
  bool converged = false;  ///< alpha / beta has settled; if not, the evidence is a lower bound
};

/// Features [n, d], targets [n]. MacKay's fixed point from alpha = beta = 1 until alpha / beta
/// changes by no more than 1e-13 of itself: gamma = sum s^2 / (s^2 + alpha/beta), alpha = gamma /
/// |m|^2, beta = (n - gamma) / |Phi m - y|^2. Features that say nothing, or interpolate as many
/// rows as they have columns, drive alpha / beta to a limit where the evidence no longer changes;
/// there it stops. Time n d min(n, d) + iterations d. Error{usage} when all features or all targets
/// are 0, or when the features give the targets exactly (the evidence has no maximum then); else as
/// require_rows() and require_targets().
LogMe logme_regression(const Matrix& features, const Vector& targets);

struct LogMeClasses {
  double evidence = 0;                ///< the mean over the classes
  std::vector<std::int32_t> classes;  ///< ascending
  std::vector<LogMe> per_class;       ///< of one class (1) against all others (0)
};
/// One label per row. Error{usage} for fewer than two classes; else as logme_regression().
LogMeClasses logme_classification(const Matrix& features, std::span<const std::int32_t> labels);

}  // namespace aufbau::graphs
