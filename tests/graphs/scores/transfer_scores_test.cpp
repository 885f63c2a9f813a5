// The table of scores: every entry runs, points the way it says, and asks for what it needs.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/parallel.h"
#include "graphs/scores/transfer_scores.h"
#include "small_sets.h"
#include "testing/errors.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;

/// Columns of different spread, as features have them.
Matrix features_around(double middle, std::uint32_t number) {
  Matrix features = random_matrix(24, 3, number);
  features.col(1) *= 0.5;
  features.col(2) *= 0.1;
  return features.array() + middle;
}

/// A set of everything that a score can ask for.
struct Everything {
  Matrix features, descriptors;
  Fingerprints fingerprints{64};
  std::vector<std::string> scaffolds;
  GraphSet graphs;
  Vector gradient, property;
  std::vector<std::int32_t> labels;

  /// `kind` 0 is one sort of molecules, 1 another.
  Everything(std::uint32_t kind, std::uint32_t number)
      : features(features_around(2.0 * kind, number)),
        descriptors(features * 2),
        graphs(reference_schema()),
        gradient(Vector::Constant(4, 1.0)),
        property(features.col(0)) {
    gradient[0] = kind == 0 ? 1 : -1;
    property += 0.1 * random_matrix(24, 1, number + 100).col(0);
    for (std::uint32_t i = 0; i < 24; ++i) {
      const auto bit = static_cast<std::int32_t>(20 * kind + i % 12);
      fingerprints.append(std::vector<std::int32_t>{0, bit + 1, bit + 2, bit + 3});
      scaffolds.push_back(kind == 0 ? "A" + std::to_string(i % 5) : "B" + std::to_string(i % 3));
      const auto nodes = static_cast<std::int32_t>(4 + i % 6);
      graphs.append((kind == 0 ? ring_graph(nodes) : random_graph(nodes + 6, number + i)).view());
      labels.push_back(features(i, 0) > 2.0 * kind ? 1 : 0);
    }
    selection = GraphSelection(graphs);
  }
  GraphSelection selection{graphs};

  ScoredSet set() const {
    return {&features,  &descriptors, &fingerprints, scaffolds,
            &selection, &gradient,    &property,     labels};
  }
};

ScoreOptions small_options() {
  ScoreOptions options;
  options.tree_movers.depth = 3;
  options.tree_movers.classes.class_count = 3;
  for (std::int32_t code = 0; code < 120; ++code)
    options.tree_movers.classes.class_of_code.push_back(code % 3);
  options.egi.egos = 30;
  return options;
}

TEST(TransferScoreTable, HasDistinctNamesAndFindsThem) {
  std::set<std::string> names;
  for (const TransferScore& score : transfer_scores()) {
    EXPECT_TRUE(names.insert(score.name).second) << score.name;
    EXPECT_EQ(&transfer_score_by_name(score.name), &score);
    EXPECT_NE(score.target_needs, kNeedsNothing) << score.name;
  }
  EXPECT_TRUE(says(error_of([] { transfer_score_by_name("freche"); }), "frechet"));
}

TEST(TransferScoreTable, EveryEntryOfPairsCallsAlikeSetsCloser) {
  const Everything source(0, 1), alike(0, 2), other(1, 3);
  const ScoreOptions options = small_options();
  for (const TransferScore& score : transfer_scores()) {
    const double near = transfer_score(score, source.set(), alike.set(), options);
    EXPECT_TRUE(std::isfinite(near)) << score.name;
    if (score.source_needs == kNeedsNothing) continue;
    const double far = transfer_score(score, source.set(), other.set(), options);
    EXPECT_EQ(score.higher_is_closer, near > far) << score.name << ": " << near << ", " << far;
    EXPECT_NE(near, far) << score.name;
  }
}

TEST(TransferScoreTable, EveryEntryOfATargetPromisesMoreOfFeaturesThatFit) {
  const Everything good(0, 1);
  Everything poor(0, 1);
  poor.features = features_around(0, 77);  // unrelated to property and labels
  const ScoreOptions options = small_options();
  for (const TransferScore& score : transfer_scores()) {
    if (score.source_needs != kNeedsNothing) continue;
    const double fits = transfer_score(score, {}, good.set(), options);
    const double does_not = transfer_score(score, {}, poor.set(), options);
    EXPECT_EQ(score.higher_is_closer, fits > does_not)
        << score.name << ": " << fits << ", " << does_not;
  }
}

TEST(TransferScoreTable, EveryEntryHasTheSameBitsOnAnyThreads) {
  const Everything source(0, 4), target(1, 5);
  ScoreOptions options = small_options();
  options.most_rows = 15;
  options.most_graphs = 10;
  for (const TransferScore& score : transfer_scores()) {
    double first = 0;
    for (const int threads : {1, 2}) {
      const ThreadScope scope(threads);
      const double got = transfer_score(score, source.set(), target.set(), options);
      if (threads == 1) first = got;
      EXPECT_EQ(got, first) << score.name;
    }
  }
}

TEST(TransferScoreTable, EveryEntryIsTheSameWithWhatOthersComputed) {
  const Everything source(0, 4), target(1, 5);
  const ScoreOptions options = small_options();
  PairMemo memo;
  ScoreOptions remembering = options;
  remembering.memo = &memo;
  for (int round = 0; round < 2; ++round)
    for (const TransferScore& score : transfer_scores())
      EXPECT_EQ(transfer_score(score, source.set(), target.set(), remembering),
                transfer_score(score, source.set(), target.set(), options))
          << score.name;
  EXPECT_TRUE(memo.tree_movers.has_value());
  EXPECT_TRUE(memo.nearest.has_value());
}

TEST(TransferScoreTable, EveryEntryNamesWhatIsMissing) {
  const Everything all(0, 6);
  for (const TransferScore& score : transfer_scores()) {
    const Error target = error_of([&] { transfer_score(score, all.set(), {}); });
    EXPECT_EQ(target.kind(), ErrorKind::usage) << score.name;
    EXPECT_TRUE(says(target, "of the target")) << target.what();
    EXPECT_FALSE(has_needs({}, score.target_needs));
    EXPECT_TRUE(has_needs(all.set(), score.target_needs | score.source_needs));
    if (score.source_needs == kNeedsNothing) continue;
    EXPECT_TRUE(says(error_of([&] { transfer_score(score, {}, all.set()); }), "of the source"))
        << score.name;
  }
}

TEST(TransferScoreTable, EveryEntryRefusesSetsOfNothing) {
  const Everything all(0, 7);
  const Matrix no_rows(0, 3);
  const Fingerprints no_fingerprints(64);
  const GraphSet no_graphs(reference_schema());
  const GraphSelection nothing(no_graphs);
  const Vector no_numbers;
  ScoredSet empty{&no_rows, &no_rows,    &no_fingerprints, all.scaffolds,
                  &nothing, &no_numbers, &no_numbers,      all.labels};
  for (const TransferScore& score : transfer_scores()) {
    if ((score.target_needs & kNeedsScaffolds) != 0) continue;  // none: they are missing
    const Error error = error_of([&] { transfer_score(score, all.set(), empty, small_options()); });
    EXPECT_TRUE(error.kind() == ErrorKind::nothing_valid || error.kind() == ErrorKind::mismatch)
        << score.name << ": " << error.what();
  }
}

}  // namespace
}  // namespace aufbau::graphs
