#include "objectives/edge_prediction.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "objectives/toy_data.h"
#include "testing/errors.h"
#include "testing/reference_batch.h"
#include "testing/small_graphs.h"

namespace aufbau::objectives {
namespace {

using Ids = std::vector<std::int32_t>;

Ids ints(const Tensor& tensor) {
  const auto values = tensor.values<std::int32_t>();
  return {values.begin(), values.end()};
}

RandomKey negative_key(std::uint32_t item) {
  return {.seed = 3, .purpose = Purpose::edge_negative, .epoch = 0, .item = item};
}

const EdgeBatch& edge_batch(const std::unique_ptr<Prepared>& prepared) {
  return dynamic_cast<const EdgeBatch&>(*prepared);
}

Tensor f64(const std::vector<double>& values) {
  return Tensor::from(std::span(values), {static_cast<std::int64_t>(values.size())});
}

TEST(DrawNegativePairs, AreAsManyAsEdges) {
  for (std::uint32_t item = 0; item < 100; ++item) {
    const graphs::Graph graph = testing::random_graph(24, item);
    EXPECT_EQ(draw_negative_pairs(graph.view(), negative_key(item)).size(), graph.begin.size());
  }
}

TEST(DrawNegativePairs, TakeTenDrawsPerEdgeAndNoMore) {
  // Of the 9 pairs of C-C-C only (0,2) and (2,0) have no bond. Both are found by 20 draws with
  // probability 1 - 2 (8/9)^20 + (7/9)^20 = 0.8169 (0.771 by 18, 0.854 by 22); 10,000 times: 6
  // standard deviations are 232.
  int both = 0;
  for (std::uint32_t item = 0; item < 10000; ++item)
    both += draw_negative_pairs(chain(3).view(), negative_key(item)).size() == 2;
  EXPECT_NEAR(both, 8169, 232);
}

TEST(DrawNegativePairs, AreFewerWhereThereAreNone) {
  for (const graphs::Graph& graph : {chain(1), chain(2), testing::ring_graph(3)})
    EXPECT_TRUE(draw_negative_pairs(graph.view(), negative_key(0)).empty());
}

TEST(EdgePrediction, ComparesTheEndsOfEveryBondOnceAndThoseOfTheOtherPairs) {
  const std::vector<graphs::Graph> graphs = {chain(3), chain(1), testing::ring_graph(4)};
  const std::vector<std::vector<NodePair>> negative = {{{0, 2}, {2, 0}}, {}, {{3, 1}}};
  const auto batch =
      EdgePrediction(toy_config()).prepare_pairs(testing::views_of(graphs), negative);
  EXPECT_EQ(ints(batch->positive_first.source), (Ids{0, 1, 4, 5, 6, 7}));
  EXPECT_EQ(ints(batch->positive_second.source), (Ids{1, 2, 5, 6, 7, 4}));
  EXPECT_EQ(ints(batch->negative_first.source), (Ids{0, 2, 7}));
  EXPECT_EQ(ints(batch->negative_second.source), (Ids{2, 0, 5}));
  EXPECT_FALSE(batch->empty);
}

TEST(EdgePrediction, DrawsForAGraphWhateverBatchItIsIn) {
  const data::Dataset molecules = toy_molecules();
  const EdgePrediction objective(toy_config());
  for (std::uint32_t epoch = 0; epoch < 10; ++epoch) {
    const auto whole =
        objective.prepare(molecules, all_rows(molecules), {.seed = 1, .epoch = epoch, .step = 0});
    const auto alone = objective.prepare(molecules, std::vector<std::int64_t>{7},
                                         {.seed = 1, .epoch = epoch, .step = 17});
    const auto offset = static_cast<std::int32_t>(edge_batch(whole).batch.node_offset[7]);
    Ids of_last, expected = ints(edge_batch(alone).negative_first.source);
    for (const std::int32_t row : ints(edge_batch(whole).negative_first.source))
      if (row >= offset) of_last.push_back(row - offset);
    EXPECT_EQ(of_last, expected);
  }
}

TEST(EdgePrediction, DrawsAnewInEveryEpochAndForEverySeed) {
  const data::Dataset molecules = dataset_of({chain(100)});
  const EdgePrediction objective(toy_config());
  const auto draw = [&](std::uint64_t seed, std::uint32_t epoch) {
    const std::vector<std::int64_t> rows = {0};
    return ints(edge_batch(objective.prepare(molecules, rows, {.seed = seed, .epoch = epoch}))
                    .negative_first.source);
  };
  EXPECT_NE(draw(1, 0), draw(1, 1));
  EXPECT_NE(draw(1, 0), draw(2, 0));
  EXPECT_EQ(draw(1, 0), draw(1, 0));
}

TEST(EdgePrediction, OfMoleculesWithoutBondsIsEmpty) {
  const data::Dataset atoms = dataset_of({chain(1), chain(1)});
  EXPECT_TRUE(EdgePrediction(toy_config()).prepare(atoms, all_rows(atoms), {})->empty);
}

TEST(EdgePrediction, OfMoleculesWithoutOtherPairsLearnsFromTheBondsAlone) {
  const data::Dataset atoms = dataset_of({chain(2), chain(1), chain(2)});
  ToyTraining training("edge-prediction", toy_config());
  const LossResult result =
      training.gradients(*training.objective().prepare(atoms, all_rows(atoms), {}));
  const objectives::Metrics read = result.metrics();
  const std::map<std::string, double> metrics(read.begin(), read.end());
  EXPECT_EQ(metrics.at("loss_neg"), 0);
  EXPECT_EQ(result.loss.item(), metrics.at("loss_pos"));
  EXPECT_GT(result.loss.item(), 0);
}

TEST(EdgePrediction, RefusesPairsThatAreNotOfTheGraph) {
  const std::vector<graphs::Graph> graphs = {chain(3)};
  const EdgePrediction objective(toy_config());
  const auto refusal = [&](const std::vector<std::vector<NodePair>>& negative) {
    return testing::error_of([&] { objective.prepare_pairs(testing::views_of(graphs), negative); });
  };
  EXPECT_TRUE(testing::says(refusal({}), "expected the negative pairs of 1 graphs"));
  EXPECT_TRUE(testing::says(refusal({{{0, 3}}}), "graph 0 has 3 nodes, the pair (0, 3)"));
  EXPECT_TRUE(testing::says(refusal({{{-1, 0}}}), "graph 0 has 3 nodes, the pair (-1, 0)"));
}

TEST(PairLoss, IsTheSumOfTheTwoMeansAndCountsWhatIsRight) {
  const LossResult result = pair_loss({f64({2, -1, 0}), f64({-3, 4})});
  const auto softplus = [](double x) { return std::log1p(std::exp(x)); };
  const double positive = (softplus(-2) + softplus(1) + softplus(0)) / 3;
  const double negative = (softplus(-3) + softplus(4)) / 2;
  const objectives::Metrics read = result.metrics();
  const std::map<std::string, double> metrics(read.begin(), read.end());
  EXPECT_NEAR(metrics.at("loss_pos"), positive, 1e-15);
  EXPECT_NEAR(metrics.at("loss_neg"), negative, 1e-15);
  EXPECT_NEAR(result.loss.item(), positive + negative, 1e-15);
  // Right are 2 and -3; a score of 0 is not, nor is the negative that is lacking.
  EXPECT_EQ(metrics.at("accuracy"), 2.0 / 6);
}

}  // namespace
}  // namespace aufbau::objectives
