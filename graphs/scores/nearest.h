#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "graphs/scores/fingerprints.h"

namespace aufbau::graphs {

/// How close each target molecule is to the source.
struct NearestNeighbours {
  std::vector<double> similarity;   ///< [targets], the largest Tanimoto similarity to the source
  std::vector<std::int64_t> index;  ///< [targets], of whom; the lowest of several

  double mean() const;
  /// Half-way between the two in the middle of an even number.
  double median() const;
  double least() const;
  /// The share of targets whose similarity is at least each threshold.
  std::vector<double> coverage(std::span<const double> thresholds) const;
};

/// Exact. With a and b bits set no similarity exceeds min(a, b) / max(a, b), so each target looks
/// through the source from its own number of bits outwards and stops where nothing better can come
/// (Swamidass and Baldi 2007). Parallel over targets; memory is a copy of the source. Errors as
/// require_fingerprints().
NearestNeighbours nearest_tanimoto(const Fingerprints& source, const Fingerprints& target);

}  // namespace aufbau::graphs
