#pragma once
#include <cstdint>

#include "graphs/graphon/matrix.h"
#include "graphs/scores/fingerprints.h"

namespace aufbau::graphs {

/// Squared maximum mean discrepancy of two sets under a kernel with k(x, x) = 1 (Gretton et al.
/// 2012): mean k(x, x') + mean k(y, y') - 2 mean k(x, y).
struct Mmd {
  double biased = 0;    ///< over all pairs; never negative for these kernels but for rounding
  double unbiased = 0;  ///< without the pairs of a row with itself; below 0 about half of the time
                        ///< for two sets of one kind
  double p_value = 1;   ///< (1 + #{permuted unbiased >= unbiased}) / (1 + permutations)
  Vector permuted;      ///< [permutations], the unbiased values of random relabellings
};

struct MmdOptions {
  std::int64_t permutations = 0;
  std::uint64_t seed = 0;
};

// Time (n + m)^2 (width + permutations): a large set takes part with its random_rows(). Memory: the
// labels of all permutations, and a few rows of the kernel at a time. Two rows at least on both
// sides, Error{usage}; other errors as require_rows() and require_fingerprints().

/// exp(-|x - y|^2 / (2 sigma^2)) on rows [n, d] and [m, d]. Error{usage} unless sigma is above 0.
Mmd mmd_rbf(const Matrix& source, const Matrix& target, double sigma,
            const MmdOptions& options = {});

/// Tanimoto similarity, which is a positive definite kernel (Gower 1971).
Mmd mmd_tanimoto(const Fingerprints& source, const Fingerprints& target,
                 const MmdOptions& options = {});

/// The median distance between two of the pooled rows, a usual sigma. Memory: every distance.
double median_distance(const Matrix& source, const Matrix& target);

}  // namespace aufbau::graphs
