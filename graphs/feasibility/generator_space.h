#pragma once
#include <vector>

#include "graphs/feasibility/simplex_qp.h"

namespace aufbau::graphs {

/// The mean squared cell difference of a mixture and a target as a function of the weights:
/// S(a) = a'Ha - 2c'a + d with H_ij = <B_i, B_j>/R^2, c_i = <B_i, D>/R^2, d = <D, D>/R^2.
/// For graphons on one grid it bounds the squared Gromov-Wasserstein distance from above.
struct SquareTerms {
  Matrix H;  ///< [k, k]
  Vector c;  ///< [k]
  double d = 0;

  double value(const Vector& alpha) const { return alpha.dot(H * alpha - 2 * c) + d; }
};

/// k graphons on one grid of R x R cells and all their mixtures: the generator space of Cao et al.
/// (2023).
class GeneratorSpace {
 public:
  /// Error{nothing_valid} for no basis or empty ones, Error{mismatch} for bases that are not all
  /// [R, R], Error{non_finite}.
  explicit GeneratorSpace(std::vector<Matrix> bases);

  Eigen::Index count() const { return static_cast<Eigen::Index>(bases_.size()); }
  Eigen::Index resolution() const { return bases_.front().rows(); }
  const std::vector<Matrix>& bases() const { return bases_; }
  /// sum_j alpha_j B_j. Error{usage} for weights that are not on the simplex (to 1e-9).
  Matrix mixture(const Vector& alpha) const;
  /// Error{mismatch} for a target that is not [R, R], Error{non_finite}.
  SquareTerms terms(const Matrix& target) const;

 private:
  std::vector<Matrix> bases_;
  Matrix gram_;  // H
};

/// The best mixture, beside the simple choices that it must beat.
struct MixtureFit {
  Vector alpha;              ///< [k], minimises S
  double value = 0;          ///< S(alpha), at least 0
  double uniform_value = 0;  ///< S of equal weights
  Eigen::Index single_best = 0;
  double single_value = 0;  ///< the smallest S of one basis, that of `single_best`
  double kkt_residual = 0;  ///< see SimplexMinimum
};
/// Error as `simplex_qp`.
MixtureFit fit_mixture(const SquareTerms& terms);

}  // namespace aufbau::graphs
