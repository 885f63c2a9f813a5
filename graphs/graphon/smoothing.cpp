#include "graphs/graphon/smoothing.h"

#include <Eigen/Eigenvalues>
#include <algorithm>

namespace aufbau::graphs {

namespace {

/// alpha D^T D for the second differences D [k - 2, k]; zeros for k < 3.
Matrix bending(Eigen::Index k, double smoothness) {
  Matrix differences = Matrix::Zero(std::max<Eigen::Index>(k - 2, 0), k);
  for (Eigen::Index i = 0; i < differences.rows(); ++i) {
    differences(i, i) = differences(i, i + 2) = -1;
    differences(i, i + 1) = 2;
  }
  return smoothness * (differences.transpose() * differences);
}

}  // namespace

BarycentreUpdate plain_update(const Vector& weights) {
  const Matrix pairs = weights * weights.transpose();
  return [pairs](const Matrix& sum) -> Matrix { return sum.cwiseQuotient(pairs); };
}

BarycentreUpdate published_smooth_update(const Vector& weights, double smoothness) {
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(bending(weights.size(), smoothness));
  const Vector s = solver.eigenvalues().reverse().cwiseMax(0.0);
  const Matrix u = solver.eigenvectors().rowwise().reverse();
  const Vector both = s.array().square() + weights.array().square();
  const Matrix bend = u * s.cwiseQuotient(both).asDiagonal() * u.transpose();
  const Vector scale = weights.cwiseQuotient(both);
  return [bend, scale](const Matrix& sum) -> Matrix {
    return bend * sum * bend.transpose() + scale.asDiagonal() * sum * scale.asDiagonal();
  };
}

BarycentreUpdate exact_smooth_update(const Vector& weights, double smoothness) {
  // L V = P V diag(l) with V^T P V = 1 turns P B P + L B L = G into one division per entry.
  const Vector root = weights.cwiseSqrt();
  const Matrix scaled =
      bending(weights.size(), smoothness).cwiseQuotient(Matrix(root * root.transpose()));
  const Eigen::SelfAdjointEigenSolver<Matrix> solver(scaled);
  const Matrix v = root.cwiseInverse().asDiagonal() * solver.eigenvectors();
  const Vector l = solver.eigenvalues();
  const Matrix divisor = 1 + (l * l.transpose()).array();
  return [v, divisor](const Matrix& sum) -> Matrix {
    const Matrix inner = (v.transpose() * sum * v).cwiseQuotient(divisor);
    return v * inner * v.transpose();
  };
}

}  // namespace aufbau::graphs
