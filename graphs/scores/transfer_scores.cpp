#include "graphs/scores/transfer_scores.h"

#include <vector>

#include "core/error.h"
#include "core/text.h"
#include "graphs/scores/descriptor_shift.h"
#include "graphs/scores/draws.h"
#include "graphs/scores/frechet.h"
#include "graphs/scores/h_score.h"
#include "graphs/scores/logme.h"
#include "graphs/scores/mmd.h"
#include "graphs/scores/principal_gradient.h"
#include "graphs/scores/rogi.h"
#include "graphs/scores/scaffold_coverage.h"
#include "graphs/topology/graph_statistics.h"

namespace aufbau::graphs {

namespace {

using Set = const ScoredSet&;
using Options = const ScoreOptions&;

std::vector<std::int64_t> subsample(std::int64_t count, std::int64_t most, Options options,
                                    std::int64_t side) {
  return random_rows(count, most, score_key(options.seed, ScoreDraw::subsample, 0, side));
}

Matrix some_rows(const Matrix& rows, Options options, std::int64_t side) {
  return rows(subsample(rows.rows(), options.most_rows, options, side), Eigen::all);
}

double mmd_rbf_score(Set source, Set target, Options options) {
  const Matrix x = some_rows(*source.features, options, 0);
  const Matrix y = some_rows(*target.features, options, 1);
  return mmd_rbf(x, y, median_distance(x, y)).unbiased;
}

double mmd_tanimoto_score(Set source, Set target, Options options) {
  const auto some = [&](const Fingerprints& all, std::int64_t side) {
    return all.chosen(subsample(all.size(), options.most_rows, options, side));
  };
  return mmd_tanimoto(some(*source.fingerprints, 0), some(*target.fingerprints, 1)).unbiased;
}

/// What `compute` gives, or gave before.
template <class T, class Compute>
T remembered(std::optional<T> PairMemo::*member, Options options, const Compute& compute) {
  if (!options.memo) return compute();
  std::optional<T>& known = options.memo->*member;
  if (!known) known = compute();
  return *known;
}

NearestNeighbours nearest(Set source, Set target, Options options) {
  return remembered(&PairMemo::nearest, options,
                    [&] { return nearest_tanimoto(*source.fingerprints, *target.fingerprints); });
}

double tanimoto_coverage(Set source, Set target, Options options) {
  const double thresholds[] = {options.coverage_threshold};
  return nearest(source, target, options).coverage(thresholds)[0];
}

SetDistance computed_tree_movers(Set source, Set target, Options options) {
  const auto some = [&](const GraphSelection& all, std::int64_t side) {
    std::vector<std::int64_t> indices = subsample(all.size(), options.most_graphs, options, side);
    for (std::int64_t& index : indices) index = all.index(index);
    return indices;
  };
  const std::vector<std::int64_t> ours = some(*source.graphs, 0), theirs = some(*target.graphs, 1);
  return set_distance(tree_movers_distances(GraphSelection(source.graphs->graphs(), ours),
                                            GraphSelection(target.graphs->graphs(), theirs),
                                            options.tree_movers));
}

SetDistance tree_movers(Set source, Set target, Options options) {
  return remembered(&PairMemo::tree_movers, options,
                    [&] { return computed_tree_movers(source, target, options); });
}

double egi_score(Set source, Set target, Options options) {
  EgiOptions own = options.egi;
  own.seed = options.seed;
  return egi_of_sets(*source.graphs, *target.graphs, own).spectral_norm;
}

double graphon_mixture(Set source, Set target, Options options) {
  GraphonScoreOptions own = options.graphon;
  own.seed = options.seed;
  return graphon_mixture_shift(*source.graphs, *target.graphs, own);
}

double statistics_shift(Set source, Set target, Options) {
  std::vector<std::string> names;
  for (const GraphStatistic& one : graph_statistics()) names.emplace_back(one.name);
  return mean_shift(column_shifts(graph_statistics_of(*source.graphs, names),
                                  graph_statistics_of(*target.graphs, names)));
}

Rogi target_rogi(Set target, Options options) {
  const auto rows = subsample(target.features->rows(), options.most_rows, options, 1);
  if (target.property->size() != target.features->rows())
    fail(ErrorKind::mismatch, "rogi", target.property->size(), " targets for ",
         target.features->rows(), " rows");
  return rogi(Matrix((*target.features)(rows, Eigen::all)), Vector((*target.property)(rows)));
}

constexpr bool kLower = false, kHigher = true;
constexpr TransferScore kScores[] = {
    {"graphon", "squared distance of the mean relative-rank histograms, unbiased", kNeedsGraphs,
     kNeedsGraphs, kLower,
     [](Set s, Set t, Options o) { return graphon_shift(*s.graphs, *t.graphs, o.graphon); }},
    {"graphon-mixture", "the same to the nearest mixture of topological clusters of the source",
     kNeedsGraphs, kNeedsGraphs, kLower, graphon_mixture},
    {"frechet", "Frechet distance of Gaussians fitted to the features", kNeedsFeatures,
     kNeedsFeatures, kLower,
     [](Set s, Set t, Options) { return frechet_distance(*s.features, *t.features).value; }},
    {"mmd-rbf", "squared mean discrepancy of the features under a Gaussian kernel, unbiased",
     kNeedsFeatures, kNeedsFeatures, kLower, mmd_rbf_score},
    {"mmd-tanimoto", "squared mean discrepancy of the fingerprints under Tanimoto, unbiased",
     kNeedsFingerprints, kNeedsFingerprints, kLower, mmd_tanimoto_score},
    {"nearest-tanimoto", "mean similarity of a target to the nearest of the source",
     kNeedsFingerprints, kNeedsFingerprints, kHigher,
     [](Set s, Set t, Options o) { return nearest(s, t, o).mean(); }},
    {"tanimoto-coverage", "share of targets with a source molecule at least so similar",
     kNeedsFingerprints, kNeedsFingerprints, kHigher, tanimoto_coverage},
    {"scaffold-coverage", "share of targets whose scaffold the source has, no ring being one",
     kNeedsScaffolds, kNeedsScaffolds, kHigher,
     [](Set s, Set t, Options) {
       return scaffold_coverage(s.scaffolds, t.scaffolds).molecules_all;
     }},
    {"ring-scaffold-coverage", "share of targets with rings whose scaffold the source has",
     kNeedsScaffolds, kNeedsScaffolds, kHigher,
     [](Set s, Set t, Options) {
       return scaffold_coverage(s.scaffolds, t.scaffolds).molecules_ring;
     }},
    {"tree-movers", "transport between the sets under the Tree Mover's Distance of graphs",
     kNeedsGraphs, kNeedsGraphs, kLower,
     [](Set s, Set t, Options o) { return tree_movers(s, t, o).transport; }},
    {"tree-movers-nearest", "mean Tree Mover's Distance of a target to the nearest of the source",
     kNeedsGraphs, kNeedsGraphs, kLower,
     [](Set s, Set t, Options o) { return tree_movers(s, t, o).mean_nearest; }},
    {"egi", "mean spectral norm of the difference between the Laplacians of two ego networks",
     kNeedsGraphs, kNeedsGraphs, kLower, egi_score},
    {"laplacian-spectrum", "Wasserstein distance of the eigenvalues of normalised Laplacians",
     kNeedsGraphs, kNeedsGraphs, kLower,
     [](Set s, Set t, Options) { return laplacian_spectrum_shift(*s.graphs, *t.graphs); }},
    {"graph-statistics", "mean standardised Wasserstein distance of graph statistics", kNeedsGraphs,
     kNeedsGraphs, kLower, statistics_shift},
    {"descriptors", "mean standardised Wasserstein distance of descriptors", kNeedsDescriptors,
     kNeedsDescriptors, kLower,
     [](Set s, Set t, Options) {
       return mean_shift(column_shifts(*s.descriptors, *t.descriptors));
     }},
    {"principal-gradient", "1 - cosine of the averaged gradients of both tasks", kNeedsGradient,
     kNeedsGradient, kLower,
     [](Set s, Set t, Options) { return gradient_distance(*s.gradient, *t.gradient).cosine; }},
    {"logme", "evidence of a linear model of the property on the features", kNeedsNothing,
     kNeedsFeatures | kNeedsProperty, kHigher,
     [](Set, Set t, Options) { return logme_regression(*t.features, *t.property).evidence; }},
    {"logme-classes", "evidence of linear models of the classes on the features", kNeedsNothing,
     kNeedsFeatures | kNeedsLabels, kHigher,
     [](Set, Set t, Options) { return logme_classification(*t.features, t.labels).evidence; }},
    {"h-score", "distance of the classes in the features, shrunk and scaled", kNeedsNothing,
     kNeedsFeatures | kNeedsLabels, kHigher,
     [](Set, Set t, Options) { return h_score(*t.features, t.labels).scaled; }},
    {"rogi", "roughness of the property over the features, by height of the merges", kNeedsNothing,
     kNeedsFeatures | kNeedsProperty, kLower,
     [](Set, Set t, Options o) { return target_rogi(t, o).rogi; }},
    {"rogi-xd", "roughness of the property over the features, by number of clusters", kNeedsNothing,
     kNeedsFeatures | kNeedsProperty, kLower,
     [](Set, Set t, Options o) { return target_rogi(t, o).rogi_xd; }},
};

struct Need {
  ScoreNeed flag;
  const char* words;
  bool (*is_there)(Set set);
};
constexpr Need kNeeds[] = {
    {kNeedsFeatures, "features", [](Set set) { return set.features != nullptr; }},
    {kNeedsDescriptors, "descriptors", [](Set set) { return set.descriptors != nullptr; }},
    {kNeedsFingerprints, "fingerprints", [](Set set) { return set.fingerprints != nullptr; }},
    {kNeedsScaffolds, "scaffolds", [](Set set) { return !set.scaffolds.empty(); }},
    {kNeedsGraphs, "graphs", [](Set set) { return set.graphs != nullptr; }},
    {kNeedsGradient, "a gradient", [](Set set) { return set.gradient != nullptr; }},
    {kNeedsProperty, "a property", [](Set set) { return set.property != nullptr; }},
    {kNeedsLabels, "labels", [](Set set) { return !set.labels.empty(); }},
};

void require_needs(const TransferScore& score, const char* side, Set set, std::uint32_t needs) {
  for (const Need& need : kNeeds)
    if ((needs & need.flag) != 0 && !need.is_there(set))
      fail(ErrorKind::usage, score.name, "needs ", need.words, " of the ", side,
           ", and there are none");
}

}  // namespace

std::span<const TransferScore> transfer_scores() { return kScores; }

const TransferScore& transfer_score_by_name(const std::string& name) {
  for (const TransferScore& one : kScores)
    if (name == one.name) return one;
  std::vector<std::string> known;
  for (const TransferScore& one : kScores) known.emplace_back(one.name);
  fail_unknown_name("transfer", "score", name, known);
}

bool has_needs(const ScoredSet& set, std::uint32_t needs) {
  for (const Need& need : kNeeds)
    if ((needs & need.flag) != 0 && !need.is_there(set)) return false;
  return true;
}

double transfer_score(const TransferScore& score, const ScoredSet& source, const ScoredSet& target,
                      const ScoreOptions& options) {
  require_needs(score, "source", source, score.source_needs);
  require_needs(score, "target", target, score.target_needs);
  return score.value(source, target, options);
}

}  // namespace aufbau::graphs
