#pragma once
#include <cstdint>

#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// A set of feature rows as a Gaussian: all that the Frechet distance knows of it.
struct GaussianMoments {
  Vector mean;             ///< [d]
  Matrix covariance;       ///< [d, d], divided by count - 1; zeros of one row
  std::int64_t count = 0;  ///< rows it was made of
};
/// Of rows [n, d], in fixed blocks. Error{nothing_valid}, Error{non_finite} as require_rows().
GaussianMoments gaussian_moments(const Matrix& rows);
/// Of both sets together (Chan, Golub, LeVeque 1983): sets that do not fit into memory are taken
/// piece by piece. Error{mismatch} for different widths.
GaussianMoments merged(const GaussianMoments& a, const GaussianMoments& b);

/// The squared distance of Frechet (1957) between two Gaussians, which FID (Heusel et al. 2017) and
/// the Chemical Similarity Index (2025) take as the distance of two sets of embeddings:
/// |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^1/2).
struct Frechet {
  double value = 0;  ///< mean_term + covariance_term
  double mean_term = 0;
  double covariance_term = 0;
};

/// From rows [n1, d] and [n2, d]. tr (S1 S2)^1/2 is the sum of the singular values of
/// Xc Yc^T / sqrt((n1 - 1)(n2 - 1)), X and Y centred, so no covariance is formed, nothing is
/// inverted, and fewer rows than columns work as well as many: what S does not reach counts with
/// variance 0. Time n d^2 + d^3. Error{usage} for fewer than two rows, Error{mismatch} for
/// different widths, Error{non_finite}.
Frechet frechet_distance(const Matrix& source, const Matrix& target);

/// From moments: the same number by the eigenvalues of S1^1/2 S2 S1^1/2, exact for singular S too,
/// but with the roots of rounding errors: about 1e-6 of the trace where S is singular, far less
/// elsewhere. Time d^3. Errors as above, and Error{mismatch} for a covariance that is not [d, d].
Frechet frechet_distance(const GaussianMoments& source, const GaussianMoments& target);

}  // namespace aufbau::graphs
