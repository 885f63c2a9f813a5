#include "graphs/scores/graphon_scores.h"

#include <vector>

#include "graphs/feasibility/estimate.h"
#include "graphs/graphon/relative_rank.h"
#include "graphs/topology/topology_clusters.h"
#include "graphs/topology/topology_statistics.h"

namespace aufbau::graphs {

namespace {

Matrix histograms(const GraphSelection& graphs, const GraphonScoreOptions& options) {
  return relative_rank_rows(graphs, {.resolution = options.resolution});
}

}  // namespace

double graphon_shift(const GraphSelection& source, const GraphSelection& target,
                     const GraphonScoreOptions& options) {
  return estimate_distance({moments(histograms(source, options))},
                           moments(histograms(target, options)))
      .unbiased;
}

double graphon_mixture_shift(const GraphSelection& source, const GraphSelection& target,
                             const GraphonScoreOptions& options) {
  const Matrix rows = histograms(source, options);
  const Moments of_target = moments(histograms(target, options));
  std::vector<Moments> parts;
  for (const auto& cluster :
       topology_clusters(topology_statistics(source), options.clusters, options.seed))
    parts.push_back(moments(rows(cluster, Eigen::all)));
  return estimate_distance(parts, of_target).unbiased;
}

}  // namespace aufbau::graphs
