#pragma once
#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// The minimum of a'Ha - 2c'a over the simplex (a >= 0, sum a = 1).
struct SimplexMinimum {
  Vector alpha;  ///< [k]
  double value = 0;
  /// max(0, a'g - min g) + max_j |a_j (g_j - a'g)| with g = 2 (Ha - c): 0 at a minimum.
  double kkt_residual = 0;
};

/// Solved exactly, up to rounding, by the active-set method that Wolfe (1976) gave for the nearest
/// point of a polytope: the bases with weight stay affinely independent, so a singular H, of
/// duplicate bases say, is no special case. Of several minima it returns one with few bases, always
/// the same. H [k, k] symmetric and positive semidefinite, c [k]. Error{nothing_valid} for k = 0,
/// Error{mismatch} for shapes, Error{non_finite}, Error{usage} for an H that is not symmetric or
/// has a negative 2 x 2 minor.
SimplexMinimum simplex_qp(const Matrix& H, const Vector& c);

}  // namespace aufbau::graphs
