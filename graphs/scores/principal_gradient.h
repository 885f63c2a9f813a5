#pragma once
#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// How differently two tasks pull at the same initial model: the distance of their averaged
/// gradients, after the principal gradients of PGM (Chen et al. 2024).
struct GradientDistance {
  double cosine = 0;  ///< 1 - cos of the angle, 0 to 2
  double euclidean = 0;
};

/// Two averages over batches and restarts of the gradient of the loss in the same parameters.
/// Error{nothing_valid} for no parameters, Error{mismatch} for different lengths,
/// Error{non_finite}, Error{usage} for a gradient of zeros, which has no direction.
GradientDistance gradient_distance(const Vector& source, const Vector& target);

}  // namespace aufbau::graphs
