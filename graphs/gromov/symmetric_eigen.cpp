#include "graphs/gromov/symmetric_eigen.h"

#include <Eigen/Eigenvalues>

#include "core/error.h"

namespace aufbau::graphs {

SymmetricEigen symmetric_eigen(const Matrix& symmetric) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(symmetric);
  if (solver.info() != Eigen::Success)
    fail(ErrorKind::non_finite, "eigenvalues", "the eigenvalues of a ", symmetric.rows(), " x ",
         symmetric.cols(), " matrix did not converge; does it hold values that are not finite?");
  return {solver.eigenvalues(), solver.eigenvectors()};
}

}  // namespace aufbau::graphs
