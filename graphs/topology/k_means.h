#pragma once
#include <cstdint>
#include <vector>

#include "core/random.h"
#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

struct Clustering {
  std::vector<std::int32_t> labels;  ///< [rows], below the number of clusters
  Matrix centers;                    ///< [clusters, columns]
  double inertia = 0;                ///< sum of squared distances of the rows to their centres
  std::int32_t iterations = 0;       ///< assignments made, the last one included
  /// The least gap met between the squared distances of a row to its nearest and its second nearest
  /// centre: near 0, labels hang on rounding. Infinite for one cluster.
  double margin = 0;
  bool converged = false;  ///< the last assignment changed no label

  /// The rows of one cluster, ascending.
  std::vector<std::int64_t> members(std::int32_t cluster) const;
};

/// Lloyd's algorithm from given centres [clusters, columns]: every row to its nearest centre (the
/// first of several), every centre to the mean of its rows (one without rows stays), until the
/// labels repeat, at most `max_iterations` times. The same bits for any number of threads.
/// Error{usage} when there is no centre, the columns differ, or a number is not finite.
Clustering lloyd(const Matrix& rows, const Matrix& centers, std::int32_t max_iterations = 300);

/// Rows drawn as first centres by k-means++ (Arthur and Vassilvitskii 2007): the first evenly, each
/// further one with a chance that grows as its squared distance to the nearest drawn before. When
/// all rows coincide with drawn ones, the lowest row that is not drawn yet. Error{usage} when there
/// are fewer rows than clusters, or less than one cluster.
std::vector<std::int64_t> k_means_plus_plus(const Matrix& rows, std::int32_t clusters,
                                            const RandomKey& key);

struct KMeansOptions {
  std::int32_t clusters = 5;
  std::int32_t restarts =
      10;  ///< of which the one of least inertia is returned, the first of several
  std::int32_t max_iterations = 300;
  std::uint64_t seed = 0;
};
/// lloyd() from k_means_plus_plus() of each restart.
Clustering k_means(const Matrix& rows, const KMeansOptions& options);

}  // namespace aufbau::graphs
