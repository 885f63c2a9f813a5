#pragma once
#include <map>
#include <string>
#include <vector>

#include "core/random.h"
#include "report/transfer/selection/selection.h"

namespace aufbau::report {

/// How a graph of 12 nodes is made: the chance of an edge, and that among the first half.
struct Recipe {
  double chance, in_half;
};
inline constexpr Recipe kSparse = {0.1, 0.2}, kDense = {0.4, 0.8}, kEven = {0.5, 0.5};

/// `count` graphs, those of `other_from` on after the other recipe.
inline store::DatasetContent random_content(int count, Recipe recipe, std::uint32_t number,
                                            int other_from = -1, Recipe other = kSparse) {
  constexpr int kNodes = 12;
  store::DatasetContent content;
  content.graphs = graphs::GraphSet(graphs::network_schema());
  Random random({.purpose = Purpose::test, .item = number});
  for (int g = 0; g < count; ++g) {
    const Recipe& made = other_from >= 0 && g >= other_from ? other : recipe;
    graphs::Graph graph;
    graph.node_columns = 1;
    graph.node_codes.assign(kNodes, 0);
    for (int u = 0; u < kNodes; ++u)
      for (int v = u + 1; v < kNodes; ++v)
        if (random.uniform() < (v < kNodes / 2 ? made.in_half : made.chance)) {
          graph.begin.push_back(u);
          graph.end.push_back(v);
        }
    content.graphs.append(graph.view());
  }
  return content;
}

inline data::Dataset random_set(const std::string& path, int count, Recipe recipe,
                                std::uint32_t number, int other_from = -1, Recipe other = kSparse) {
  return data::Dataset(random_content(count, recipe, number, other_from, other), path);
}

/// A dataset of molecules whose graphs do not matter.
inline store::DatasetContent molecule_content(const std::vector<std::string>& smiles) {
  store::DatasetContent content = random_content(static_cast<int>(smiles.size()), kEven, 1);
  content.molecules.smiles = smiles;
  content.molecules.id.resize(smiles.size());
  content.molecules.line.resize(smiles.size());
  return content;
}

inline SelectionProblem problem_of(std::span<const data::Dataset> sources,
                                   const data::Dataset& target, std::int64_t budget) {
  SelectionProblem problem;
  problem.sources = sources;
  problem.target = &target;
  problem.budget = budget;
  problem.histograms.resolution = 8;
  problem.target_moments = moments_of(whole(target), problem.histograms, {});
  problem.measure.bases = {"domain"};
  return problem;
}

/// What was chosen of each source, by its path.
inline std::map<std::string, std::vector<std::int64_t>> rows_by_path(const Selection& selection) {
  std::map<std::string, std::vector<std::int64_t>> rows;
  for (const data::DatasetRows& part : selection.rows) rows[part.dataset->path()] = part.rows;
  return rows;
}

inline std::int64_t size_of(const Selection& selection) {
  std::int64_t graphs = 0;
  for (const std::int64_t size : selection.sizes()) graphs += size;
  return graphs;
}

inline double distance_of(const Selection& selection, const SelectionProblem& problem) {
  return unbiased_distance(moments_of({"", selection.rows}, problem.histograms, {}),
                           problem.target_moments);
}

}  // namespace aufbau::report
