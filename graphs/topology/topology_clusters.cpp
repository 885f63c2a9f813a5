#include "graphs/topology/topology_clusters.h"

#include <algorithm>

#include "graphs/topology/k_means.h"
#include "graphs/topology/topology_statistics.h"

namespace aufbau::graphs {

std::vector<std::vector<std::int64_t>> topology_clusters(const Matrix& statistics,
                                                         std::int32_t clusters,
                                                         std::uint64_t seed) {
  const Clustering found =
      k_means(topology_features(statistics), {.clusters = clusters, .seed = seed});
  std::vector<std::vector<std::int64_t>> members;
  for (std::int32_t c = 0; c < clusters; ++c) members.push_back(found.members(c));
  const auto largest =
      std::max_element(members.begin(), members.end(),
                       [](const auto& a, const auto& b) { return a.size() < b.size(); });
  for (auto& cluster : members)
    if (cluster.size() == 1 && &cluster != &*largest) {
      largest->insert(std::lower_bound(largest->begin(), largest->end(), cluster[0]), cluster[0]);
      cluster.clear();
    }
  std::erase_if(members, [](const auto& cluster) { return cluster.empty(); });
  return members;
}

}  // namespace aufbau::graphs
