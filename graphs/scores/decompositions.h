#pragma once
// What scores need of Eigen's decompositions, so that one file compiles them. For eigenvectors see
// graphs/gromov/symmetric_eigen.h.
#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// Ascending. Only the lower triangle is read.
Vector symmetric_eigenvalues(const Matrix& symmetric);

/// R [min(n, d), d] with R^T R = X^T X: X itself when it has no more rows than columns, else the
/// upper triangle of its QR decomposition.
Matrix triangle_of(const Matrix& x);

/// Descending, min(n, d) of them.
Vector singular_values(const Matrix& x);

/// X = U diag(values) V^T.
struct LeftSingular {
  Vector values;   ///< [min(n, d)], descending
  Matrix vectors;  ///< U [n, min(n, d)]
};
LeftSingular left_singular(const Matrix& x);

}  // namespace aufbau::graphs
