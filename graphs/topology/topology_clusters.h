#pragma once
#include <cstdint>
#include <vector>

#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// Rows of `statistics` (topology_statistics()) by k-means over topology_features(): at most
/// `clusters` lists, each ascending, none empty. A cluster of one graph, of which nothing can be
/// said, joins the largest. Error{usage} for fewer rows than clusters.
std::vector<std::vector<std::int64_t>> topology_clusters(const Matrix& statistics,
                                                         std::int32_t clusters, std::uint64_t seed);

}  // namespace aufbau::graphs
