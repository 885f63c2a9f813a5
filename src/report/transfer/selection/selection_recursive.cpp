#include <cmath>
#include <numeric>

#include "graphs/feasibility/estimate.h"
#include "graphs/topology/topology_clusters.h"
#include "report/transfer/dataset_name.h"
#include "report/transfer/selection/selection.h"
#include "report/transfer/stop.h"
#include "report/words.h"

namespace aufbau::report {

namespace {

/// Some graphs of all sources: places among them, ascending.
using Places = std::vector<std::int64_t>;

std::vector<Places> clusters_of(const Places& places, const graphs::Matrix& statistics,
                                const SelectionProblem& problem) {
  std::vector<Places> clusters = graphs::topology_clusters(statistics(places, Eigen::all),
                                                           problem.measure.parts, problem.run.seed);
  for (Places& cluster : clusters)
    for (std::int64_t& place : cluster) place = places[static_cast<std::size_t>(place)];
  return clusters;
}

/// What is left at the end, and how that came.
struct Descent {
  Places places;
  std::string story;
};

Descent descend(const SelectionProblem& problem) {
  const graphs::Matrix statistics = topology_of(problem.sources);
  Descent descent;
  descent.places.resize(static_cast<std::size_t>(problem.available()));
  std::iota(descent.places.begin(), descent.places.end(), std::int64_t{0});
  const int rounds = static_cast<int>(std::log(static_cast<double>(descent.places.size()))) - 1;
  for (int round = 1; round <= rounds; ++round) {
    require_going_on(problem.run);
    if (static_cast<std::int64_t>(descent.places.size()) < problem.measure.parts) break;
    std::vector<Places> clusters = clusters_of(descent.places, statistics, problem);
    std::vector<graphs::Moments> moments;
    for (const Places& cluster : clusters)
      moments.push_back(
          moments_of(part_of(cluster, problem.sources), problem.histograms, problem.run));
    const graphs::Vector alpha =
        graphs::fit_mixture(graphs::plug_in_terms(moments, problem.target_moments)).alpha;
    Eigen::Index kept = 0;
    alpha.maxCoeff(&kept);
    Places& cluster = clusters[static_cast<std::size_t>(kept)];
    if (problem.budget > 0 && static_cast<std::int64_t>(cluster.size()) < problem.most()) break;
    descent.story += (round == 1 ? "round " : ", round ") + std::to_string(round) +
                     ": the cluster of weight " + in_words(alpha[kept]) + ", " +
                     std::to_string(cluster.size()) + " of " +
                     counted(static_cast<std::int64_t>(descent.places.size()), "graph");
    descent.places = std::move(cluster);
  }
  return descent;
}

}  // namespace

Selection choose_recursively(const SelectionProblem& problem) {
  const Descent descent = descend(problem);
  const BasisPart left = part_of(descent.places, problem.sources);
  Selection selection(problem.sources);
  const std::int64_t chosen =
      problem.budget == 0 ? left.size() : std::min(problem.most(), left.size());
  selection.draw(left, chosen, problem.run.seed);
  std::string reason = descent.story.empty() ? "no round was made" : descent.story;
  if (chosen < left.size()) reason += "; drawn by the seed from these";
  for (const data::DatasetRows& of_source : selection.rows)
    selection.parts.push_back({of_source.dataset->path(), name_of(*of_source.dataset),
                               of_source.dataset->size(),
                               static_cast<std::int64_t>(of_source.rows.size()), kUnknown, reason});
  return selection;
}

}  // namespace aufbau::report
