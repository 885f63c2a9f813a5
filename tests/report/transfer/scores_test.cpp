// Scores of datasets: which are computed, what they say, and why some are missing.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "core/parallel.h"
#include "graphs/scores/transfer_scores.h"
#include "report/transfer/molecule_neighbours.h"
#include "report/transfer/scored_dataset.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "train/runs.h"
#include "train/small_data.h"

namespace aufbau::report {
namespace {

using namespace aufbau::testing;

data::Dataset molecules(const std::string& name, const SmallTargets& targets) {
  return data::Dataset::open(write_small_dataset(name, targets));
}

data::Dataset network(const std::string& path, int nodes) {
  store::DatasetContent content;
  content.graphs = graphs::GraphSet(graphs::network_schema());
  for (int g = 0; g < 12; ++g) {
    graphs::Graph graph;
    graph.node_columns = 1;
    graph.node_codes.assign(static_cast<std::size_t>(nodes + g), 0);
    for (int node = 1; node < nodes + g; ++node) {
      graph.begin.push_back(g % 3 == 0 ? 0 : node - 1);
      graph.end.push_back(node);
    }
    content.graphs.append(graph.view());
  }
  return data::Dataset(std::move(content), path);
}

std::vector<TransferScoreValue> scores_of(const std::vector<const data::Dataset*>& sources,
                                          const data::Dataset& target,
                                          const MeasureOptions& options = {}) {
  std::vector<ScoredDataset> scored;
  for (const data::Dataset* source : sources) scored.emplace_back(*source, options, RunOptions{});
  return measure_scores(scored, ScoredDataset(target, options, RunOptions{}), options, {});
}

TEST(Scores, OfMoleculesWithLabelsAreAllThere) {
  const TemporaryFolder folder;
  const data::Dataset source =
      molecules(folder.path("source.h5"), {.ring = true, .nitrogen = true});
  const data::Dataset target = molecules(folder.path("target.h5"), {.ring = true});
  const data::Dataset values = molecules(folder.path("values.h5"), {.atoms = true});
  MeasureOptions options;
  options.model = train::pretrain(small_pretraining(source.path(), folder.path("run"))).model;
  std::set<std::string> computed;
  for (const data::Dataset* one : {&target, &values})
    for (const TransferScoreValue& value : scores_of({&source}, *one, options)) {
      SCOPED_TRACE(value.score + value.features + value.missing);
      EXPECT_EQ(std::isfinite(value.value), value.missing.empty());
      if (!value.missing.empty()) {  // 256 bits explain the labels of 40 molecules exactly
        EXPECT_EQ(value.score.substr(0, 5), "logme");
        EXPECT_EQ(value.features, "fingerprints");
        continue;
      }
      const auto& entry = graphs::transfer_score_by_name(value.score);
      EXPECT_EQ(value.higher_is_closer, entry.higher_is_closer);
      EXPECT_EQ(value.source.empty(), entry.source_needs == graphs::kNeedsNothing);
      EXPECT_EQ(value.target.empty(), !value.source.empty());
      computed.insert(value.score);
    }
  for (const graphs::TransferScore& score : graphs::transfer_scores())
    EXPECT_TRUE(computed.contains(score.name)) << score.name;
}

TEST(Scores, CallTheSameMoleculesNearerThanOthers) {
  const TemporaryFolder folder;
  const data::Dataset target = molecules(folder.path("target.h5"), {});
  const data::Dataset same = molecules(folder.path("same.h5"), {});
  const data::Dataset rings = network("rings.h5", 4);
  std::map<std::string, std::map<std::string, double>> values;
  for (const TransferScoreValue& value : scores_of({&same, &rings}, target))
    values[value.score][value.source] = value.value;
  EXPECT_EQ(values["nearest-tanimoto"]["same"], 1);
  EXPECT_EQ(values["scaffold-coverage"]["same"], 1);
  EXPECT_NEAR(values["descriptors"]["same"], 0, 1e-12);
  EXPECT_LT(values["graphon"]["same"], values["graphon"]["rings"]);
  EXPECT_LT(values["graph-statistics"]["same"], values["graph-statistics"]["rings"]);
  EXPECT_EQ(values["nearest-tanimoto"].count("rings"), 0u);  // networks have no fingerprints
}

TEST(Scores, OfNetworksAreThoseOfStructure) {
  const data::Dataset source = network("source.h5", 5), target = network("target.h5", 7);
  std::set<std::string> computed;
  for (const TransferScoreValue& value : scores_of({&source}, target)) {
    EXPECT_EQ(value.missing, "") << value.score;
    computed.insert(value.score);
  }
  for (const graphs::TransferScore& score : graphs::transfer_scores())
    EXPECT_EQ(computed.contains(score.name), score.target_needs == graphs::kNeedsGraphs)
        << score.name;
}

TEST(Scores, AskedForSayWhyTheyAreMissing) {
  const data::Dataset source = network("source.h5", 5), target = network("target.h5", 7);
  MeasureOptions options;
  options.scores = {"nearest-tanimoto", "logme", "frechet", "graphon"};
  std::map<std::string, std::string> missing;
  for (const TransferScoreValue& value : scores_of({&source}, target, options))
    missing[value.score] = value.missing;
  EXPECT_EQ(missing.size(), 4u);
  EXPECT_NE(missing["nearest-tanimoto"].find("fingerprints of the source"), std::string::npos)
      << missing["nearest-tanimoto"];
  EXPECT_NE(missing["logme"], "");
  EXPECT_NE(missing["frechet"], "");
  EXPECT_EQ(missing["graphon"], "");
  options.scores = {"nearest"};
  EXPECT_EQ(error_of([&] { scores_of({&source}, target, options); }).kind(), ErrorKind::usage);
}

TEST(Scores, LookAtEmbeddingsOfAModel) {
  const TemporaryFolder folder;
  const std::string data = write_small_dataset(folder.path("data.h5"), {});
  PretrainOptions pretraining = small_pretraining(data, folder.path("run"));
  MeasureOptions options;
  options.model = train::pretrain(pretraining).model;
  options.scores = {"frechet"};
  const data::Dataset source = data::Dataset::open(data);
  const data::Dataset target = molecules(folder.path("target.h5"), {});
  const auto values = scores_of({&source}, target, options);
  ASSERT_EQ(values.size(), 2u);
  EXPECT_EQ(values[0].features, "fingerprints");
  EXPECT_EQ(values[1].features, "embeddings");
  EXPECT_NEAR(values[1].value, 0, 1e-5);  // the same molecules
  const data::Dataset other = network("network.h5", 5);
  EXPECT_EQ(error_of([&] { scores_of({&other}, target, options); }).kind(), ErrorKind::mismatch);
}

bool is_same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

TEST(Scores, AreTheSameOnOneAndTwoThreads) {
  const TemporaryFolder folder;
  const data::Dataset source = molecules(folder.path("source.h5"), {.nitrogen = true});
  const data::Dataset target = molecules(folder.path("target.h5"), {.ring = true, .atoms = true});
  MeasureOptions options;
  options.sample = 30;
  const auto run = [&](int threads) {
    const ThreadScope scope(threads);
    return scores_of({&source}, target, options);
  };
  const auto one = run(1), two = run(2);
  ASSERT_EQ(one.size(), two.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_TRUE(is_same(one[i].value, two[i].value)) << one[i].score;
    EXPECT_TRUE(is_same(one[i].itself, two[i].itself)) << one[i].score;
  }
}

TEST(MoleculeNeighbours, ShowTheNearestAndTheFarthest) {
  const TemporaryFolder folder;
  const data::Dataset source = molecules(folder.path("source.h5"), {});
  std::vector<ScoredDataset> sources;
  MeasureOptions some;
  some.sample = 20;
  sources.emplace_back(source, some, RunOptions{});
  const data::Dataset target = molecules(folder.path("target.h5"), {});
  const MoleculeNeighbours found =
      molecule_neighbours(sources, ScoredDataset(target, {}, RunOptions{}));
  ASSERT_FALSE(found.nearest.empty());
  EXPECT_EQ(found.nearest[0].similarity, 1);
  EXPECT_EQ(found.nearest[0].smiles, found.nearest[0].nearest);
  EXPECT_LT(found.farthest[0].similarity, 1);
  for (std::size_t i = 1; i < found.farthest.size(); ++i)
    EXPECT_LE(found.farthest[i - 1].similarity, found.farthest[i].similarity);
  ASSERT_EQ(found.coverage.size(), 1u);
  EXPECT_EQ(found.coverage[0].shares.front(), 1);
  EXPECT_GE(found.coverage[0].shares.back(), 0.5);
  for (std::size_t i = 1; i < found.coverage[0].shares.size(); ++i)
    EXPECT_LE(found.coverage[0].shares[i], found.coverage[0].shares[i - 1]);
}

}  // namespace
}  // namespace aufbau::report
