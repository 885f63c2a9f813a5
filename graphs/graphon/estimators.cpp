#include "graphs/graphon/estimators.h"

#include <vector>

#include "core/text.h"
#include "graphs/graphon/largest_gap.h"

namespace aufbau::graphs {

namespace {

template <bool fused, bool smoothed>
Graphon barycentre_graphon(const GraphSelection& graphs, const EstimatorOptions& options) {
  return barycentre(graphs, options.barycentre, {fused, smoothed}).graphon;
}

using Graphs = const GraphSelection&;
using Options = const EstimatorOptions&;

constexpr Estimator kEstimators[] = {
    {"relative-rank", "mean histogram of the edges by the ranks of their ends within their graph",
     [](Graphs graphs, Options o) { return relative_rank(graphs, o.relative_rank); }},
    {"sas", "sort and smooth: block means of the padded graphs, then total variation",
     [](Graphs graphs, Options o) { return sort_and_smooth(graphs, o.sas); }},
    {"largest-gap", "block means between the largest drops of the sorted degrees",
     [](Graphs graphs, Options) { return largest_gap(graphs); }},
    {"usvt", "large singular values of the mean adjacency matrix, by a threshold",
     [](Graphs graphs, Options o) { return usvt(graphs, o.usvt).graphon; }},
    {"matrix-completion", "large singular values of the mean adjacency matrix, by a rank",
     [](Graphs graphs, Options) { return matrix_completion(graphs).graphon; }},
    {"sba", "stochastic blockmodel approximation: nodes alike in two halves of the graphs",
     [](Graphs graphs, Options o) { return stochastic_blocks(graphs, o.sba).graphon(); }},
    {"gwb", "Gromov-Wasserstein barycentre", barycentre_graphon<false, false>},
    {"sgwb", "Gromov-Wasserstein barycentre, smoothed", barycentre_graphon<false, true>},
    {"fgwb", "Gromov-Wasserstein barycentre, fused with the node weights",
     barycentre_graphon<true, false>},
    {"sfgwb", "Gromov-Wasserstein barycentre, fused and smoothed", barycentre_graphon<true, true>},
};

}  // namespace

std::span<const Estimator> estimators() { return kEstimators; }

const Estimator& estimator_by_name(const std::string& name) {
  for (const Estimator& one : kEstimators)
    if (name == one.name) return one;
  std::vector<std::string> known;
  for (const Estimator& one : kEstimators) known.emplace_back(one.name);
  fail_unknown_name("graphon", "estimator", name, known);
}

}  // namespace aufbau::graphs
