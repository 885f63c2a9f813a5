#include "graphs/scores/decompositions.h"

#include <Eigen/Eigenvalues>
#include <Eigen/QR>
#include <Eigen/SVD>

#include "core/error.h"

namespace aufbau::graphs {

namespace {

using Svd = Eigen::BDCSVD<Eigen::MatrixXd>;

Svd svd_of(const Matrix& x, unsigned int options) {
  Svd svd(x, options);
  if (svd.info() != Eigen::Success)
    fail(ErrorKind::non_finite, "singular values", "those of a ", x.rows(), " x ", x.cols(),
         " matrix did not converge; does it hold values that are not finite?");
  return svd;
}

}  // namespace

Vector symmetric_eigenvalues(const Matrix& symmetric) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(symmetric, Eigen::EigenvaluesOnly);
  if (solver.info() != Eigen::Success)
    fail(ErrorKind::non_finite, "eigenvalues", "the eigenvalues of a ", symmetric.rows(), " x ",
         symmetric.cols(), " matrix did not converge; does it hold values that are not finite?");
  return solver.eigenvalues();
}

Matrix triangle_of(const Matrix& x) {
  if (x.rows() <= x.cols()) return x;
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(x);
  return qr.matrixQR().topRows(x.cols()).triangularView<Eigen::Upper>();
}

Vector singular_values(const Matrix& x) { return svd_of(x, 0).singularValues(); }

LeftSingular left_singular(const Matrix& x) {
  const Svd svd = svd_of(x, Eigen::ComputeThinU);
  return {svd.singularValues(), svd.matrixU()};
}

}  // namespace aufbau::graphs
