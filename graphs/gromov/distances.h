#pragma once
#include <string>
#include <vector>

#include "graphs/gromov/gromov_wasserstein.h"

namespace aufbau::graphs {

/// A way to say how far two graphons are apart, by a name that people type.
struct GraphonDistance {
  const char* name;
  const char* summary;
  double (*between)(const MeasureNetwork& a, const MeasureNetwork& b);
};
const std::vector<GraphonDistance>& graphon_distances();

/// Error{usage} with the known names for any other.
const GraphonDistance& graphon_distance(const std::string& name);

/// The distance of every pair, on thread_count() threads, one pair per block.
std::vector<double> pairwise_distances(const GraphonDistance& distance,
                                       const std::vector<NetworkPair>& pairs);

}  // namespace aufbau::graphs
