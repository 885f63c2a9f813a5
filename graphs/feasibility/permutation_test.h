#pragma once
#include <cstdint>

#include "graphs/feasibility/sample.h"

namespace aufbau::graphs {

/// Whether a target could have been drawn from a source.
struct PermutationTest {
  double distance = 0;  ///< unbiased squared distance per cell of the two means, on the rows tested
  double p_value = 1;   ///< (1 + #{permuted distance >= distance}) / (1 + permutations)
  Vector permuted;      ///< [permutations], the distances of random relabellings
};

struct PermutationOptions {
  std::int64_t permutations = 999;
  std::uint64_t seed = 0;
};
/// Relabels the kept rows of both sets at random. If the target is drawn from the source, a p-value
/// of at most x comes up with probability at most x, whatever the distribution and the sizes
/// (Phipson and Smyth 2010). A set larger than its limits takes part with its random sample of kept
/// rows, which costs power and not validity. Error{mismatch} for different widths; Error{usage} for
/// a set of fewer than two graphs or no permutations.
PermutationTest permutation_test(const HistogramSample& source, const HistogramSample& target,
                                 const PermutationOptions& options = {});

}  // namespace aufbau::graphs
