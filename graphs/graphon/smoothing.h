#pragma once
#include <functional>

#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// From G = mean of T A T^T [k, k] to the barycentre B [k, k].
using BarycentreUpdate = std::function<Matrix(const Matrix& sum)>;

/// The three updates of barycentre.h for the weights p_b [k]; `smoothness` is alpha.
BarycentreUpdate plain_update(const Vector& weights);
BarycentreUpdate published_smooth_update(const Vector& weights, double smoothness);
BarycentreUpdate exact_smooth_update(const Vector& weights, double smoothness);

}  // namespace aufbau::graphs
