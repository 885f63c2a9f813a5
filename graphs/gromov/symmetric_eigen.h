#pragma once
#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// A = sum values[i] vectors.col(i) vectors.col(i)^T of a symmetric A; values ascend. Only the
/// lower triangle is read.
struct SymmetricEigen {
  Vector values;
  Matrix vectors;
};
SymmetricEigen symmetric_eigen(const Matrix& symmetric);

}  // namespace aufbau::graphs
