#pragma once
#include "graphs/gromov/network.h"

namespace aufbau::graphs {

/// Points that `cut_norm_exact` looks at every subset of.
inline constexpr Eigen::Index kMostExactCutPoints = 20;

/// max over sets S, T of points of |sum over S x T of D_st w_s w_t| (Frieze and Kannan 1999), by
/// looking at every S. Error{usage} for more than kMostExactCutPoints points.
double cut_norm_exact(const MeasureNetwork& difference);

/// A cut that is there: the best that alternating maximisation over S and T reaches from every
/// single point, from all points and from the signs of the first four left singular vectors.
double cut_norm_lower(const MeasureNetwork& difference);

/// min(sum |D_st| w_s w_t, largest singular value of diag(sqrt w) D diag(sqrt w)).
double cut_norm_upper(const MeasureNetwork& difference);

}  // namespace aufbau::graphs
