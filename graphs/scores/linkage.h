#pragma once
#include <cstdint>
#include <vector>

#include "graphs/graphon/matrix.h"
#include "graphs/scores/fingerprints.h"

namespace aufbau::graphs {

/// The distance of every pair of n things, each once: 4 n^2 bytes.
class PairDistances {
 public:
  explicit PairDistances(std::int64_t count);
  std::int64_t count() const { return count_; }
  double& at(std::int64_t i, std::int64_t j) { return values_[place(i, j)]; }  ///< i != j
  double at(std::int64_t i, std::int64_t j) const { return values_[place(i, j)]; }
  double largest() const;  ///< 0 of fewer than two things

 private:
  static std::size_t place(std::int64_t i, std::int64_t j) {
    const auto low = static_cast<std::size_t>(i < j ? i : j),
               high = static_cast<std::size_t>(i < j ? j : i);
    return high * (high - 1) / 2 + low;
  }
  std::int64_t count_;
  std::vector<double> values_;
};

/// Between rows; equal rows have distance 0 exactly. Error as require_rows().
PairDistances euclidean_distances(const Matrix& rows);
/// 1 - tanimoto(). Error{nothing_valid} when there are none.
PairDistances tanimoto_distances(const Fingerprints& fingerprints);

/// The clusters that two things belong to become one.
struct Merge {
  double height = 0;  ///< the largest distance between the two clusters
  std::int64_t a = 0, b = 0;
};
/// Complete linkage, [n - 1] merges by ascending height: always the two clusters whose farthest
/// members are closest. By chains of nearest neighbours (Murtagh 1983), which give the same
/// hierarchy in time n^2 and no memory beyond the distances, which it overwrites. Ties go to the
/// lower number; among tied distances complete linkage is not unique.
std::vector<Merge> complete_linkage(PairDistances distances);

}  // namespace aufbau::graphs
