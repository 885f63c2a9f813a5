#include "objectives/context_prediction.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/error.h"
#include "objectives/toy_data.h"
#include "testing/reference_batch.h"

namespace aufbau::objectives {
namespace {

using Ids = std::vector<std::int32_t>;

Ids ints(const Tensor& tensor) {
  const auto values = tensor.values<std::int32_t>();
  return {values.begin(), values.end()};
}

const ContextBatch& context_batch(const std::unique_ptr<Prepared>& prepared) {
  return dynamic_cast<const ContextBatch&>(*prepared);
}

// Two chains rooted at an end, one at the middle: with two layers and contexts of two bonds the
// ends see 0-1-2 and have the context 2-3, the middle of seven sees 1..5 and has the context 0 1
// 5 6.
struct ThreeChains {
  std::vector<graphs::Graph> graphs = {chain(4), chain(7), chain(6)};
  Ids roots = {0, 3, 5};
  std::unique_ptr<ContextBatch> prepare(const std::string& mode, int negatives = 1) const {
    ObjectiveConfig config = toy_config();
    config.context_mode = mode;
    config.negative_samples = negatives;
    return ContextPrediction(config).prepare_roots(testing::views_of(graphs), roots);
  }
};

TEST(ContextPrediction, CutsOutNeighbourhoodsAndContexts) {
  const auto batch = ThreeChains().prepare("cbow");
  EXPECT_FALSE(batch->empty);
  EXPECT_EQ(batch->substructures.node_offset, (std::vector<std::int64_t>{0, 3, 8, 11}));
  EXPECT_EQ(batch->contexts.node_offset, (std::vector<std::int64_t>{0, 2, 6, 8}));
  EXPECT_EQ(batch->substructures.blocks.size(), 2u);
  EXPECT_EQ(batch->contexts.blocks.size(), 2u);
  EXPECT_EQ(ints(batch->centres.source), (Ids{0, 5, 10}));
  // Anchors: node 2; nodes 1 and 5, second and third of the context 0 1 5 6; node 3 of the context
  // 2 3.
  EXPECT_EQ(ints(batch->anchors.offset), (Ids{0, 1, 3, 4}));
  EXPECT_EQ(ints(batch->anchors.source), (Ids{0, 3, 4, 7}));
}

TEST(ContextPrediction, ComparesEachGraphWithTheContextsFurtherOn) {
  const auto batch = ThreeChains().prepare("cbow", 2);
  EXPECT_EQ(ints(batch->positive.left.source), (Ids{0, 1, 2}));
  EXPECT_EQ(ints(batch->positive.right.source), (Ids{0, 1, 2}));
  EXPECT_EQ(ints(batch->negative.left.source), (Ids{0, 1, 2, 0, 1, 2}));
  EXPECT_EQ(ints(batch->negative.right.source), (Ids{1, 2, 0, 2, 0, 1}));
}

TEST(ContextPrediction, SkipgramComparesEachAnchorWithTheCentresFurtherOn) {
  const auto batch = ThreeChains().prepare("skipgram", 2);
  EXPECT_EQ(ints(batch->anchor_rows.source), (Ids{0, 3, 4, 7}));
  EXPECT_EQ(ints(batch->positive.left.source), (Ids{0, 1, 1, 2}));
  EXPECT_EQ(ints(batch->positive.right.source), (Ids{0, 1, 2, 3}));
  EXPECT_EQ(ints(batch->negative.left.source), (Ids{1, 2, 2, 0, 2, 0, 0, 1}));
  EXPECT_EQ(ints(batch->negative.right.source), (Ids{0, 1, 2, 3, 0, 1, 2, 3}));
}

TEST(ContextPrediction, NeverComparesAGraphWithItselfAsANegative) {
  // Shift 3 brings three graphs round to themselves; 4 is shift 1 again.
  for (const char* mode : {"cbow", "skipgram"}) {
    const auto batch = ThreeChains().prepare(mode, 4);
    const Ids left = ints(batch->negative.left.source), right = ints(batch->negative.right.source);
    const std::size_t contexts = batch->positive.right.rows;
    EXPECT_EQ(left.size(), 3 * contexts);
    for (std::size_t i = 0; i < left.size(); ++i)
      for (std::int64_t j = 0; j < batch->positive.left.rows; ++j)
        EXPECT_FALSE(left[i] == ints(batch->positive.left.source)[j] &&
                     right[i] == ints(batch->positive.right.source)[j]);
  }
}

TEST(ContextPrediction, LeavesOutGraphsWithoutAContext) {
  const ContextPrediction objective(toy_config());
  std::vector<graphs::Graph> graphs = {chain(4), chain(2), chain(5)};
  graphs.emplace_back();
  graphs.back().node_columns = graphs.back().edge_columns = 2;  // no nodes at all
  const Ids roots = {0, 0, 0, 0};
  const auto batch = objective.prepare_roots(testing::views_of(graphs), roots);
  EXPECT_FALSE(batch->empty);
  EXPECT_EQ(batch->substructures.graph_count, 2);
  EXPECT_EQ(batch->contexts.graph_count, 2);
}

TEST(ContextPrediction, NeedsTwoGraphsWithAContext) {
  const ContextPrediction objective(toy_config());
  const data::Dataset short_ones = dataset_of({chain(2), chain(1), chain(40)});
  EXPECT_TRUE(objective.prepare(short_ones, all_rows(short_ones), {})->empty);
  const data::Dataset long_ones = dataset_of({chain(40), chain(40)});
  EXPECT_FALSE(objective.prepare(long_ones, all_rows(long_ones), {})->empty);
}

TEST(ContextPrediction, DrawsTheRootOfAGraphWhateverBatchItIsIn) {
  const data::Dataset chains = dataset_of({chain(40), chain(50), chain(60)});
  const ContextPrediction objective(toy_config());
  for (std::uint32_t epoch = 0; epoch < 10; ++epoch) {
    const data::BatchKey key = {.seed = 1, .epoch = epoch, .step = 0};
    const auto all = objective.prepare(chains, std::vector<std::int64_t>{0, 1, 2}, key);
    const auto two = objective.prepare(chains, std::vector<std::int64_t>{2, 0},
                                       {.seed = 1, .epoch = epoch, .step = 9});
    const auto centre = [](const std::unique_ptr<Prepared>& prepared, std::size_t g) {
      const auto& batch = context_batch(prepared);
      return ints(batch.centres.source)[g] - batch.substructures.node_offset[g];
    };
    const auto size = [](const std::unique_ptr<Prepared>& prepared, std::size_t g) {
      const auto& offset = context_batch(prepared).contexts.node_offset;
      return offset[g + 1] - offset[g];
    };
    EXPECT_EQ(centre(all, 0), centre(two, 1));
    EXPECT_EQ(centre(all, 2), centre(two, 0));
    EXPECT_EQ(size(all, 2), size(two, 0));
  }
}

TEST(ContextPrediction, RootsReachEveryAtom) {
  const data::Dataset chains = dataset_of({chain(5), chain(5)});
  const ContextPrediction objective(toy_config());
  std::set<std::pair<std::int64_t, std::int64_t>> seen;
  for (std::uint32_t epoch = 0; epoch < 200; ++epoch) {
    const auto prepared = objective.prepare(chains, all_rows(chains), {.seed = 1, .epoch = epoch});
    const auto& batch = context_batch(prepared);
    seen.insert({ints(batch.centres.source)[0], batch.substructures.node_offset[1]});
  }
  // The root's row among the atoms within two bonds of it, and how many they are, for atoms 0 to 4.
  const std::set<std::pair<std::int64_t, std::int64_t>> expected = {
      {0, 3}, {1, 4}, {2, 5}, {2, 4}, {2, 3}};
  EXPECT_EQ(seen, expected);
}

TEST(ContextPrediction, LossIsPositiveMeanPlusWeightedNegativeMean) {
  for (const char* mode : {"cbow", "skipgram"}) {
    ObjectiveConfig config = toy_config();
    config.context_mode = mode;
    config.negative_samples = 3;
    const auto encoder = nn::make_encoder(config.encoder, 1);
    ContextPrediction objective(config);
    const data::Dataset molecules = toy_molecules();
    const auto prepared = objective.prepare(molecules, all_rows(molecules), {.seed = 2});
    nn::ForwardContext evaluation;
    const auto scores = objective.scores(*encoder, context_batch(prepared), evaluation);
    const LossResult result = objective.loss(*encoder, *prepared, evaluation);

    double positive = 0, negative = 0, correct_positive = 0, correct_negative = 0;
    const auto positives = scores.positive.to_doubles(), negatives = scores.negative.to_doubles();
    for (const double score : positives) {
      positive += std::log1p(std::exp(-score)) / static_cast<double>(positives.size());
      correct_positive += (score > 0) / static_cast<double>(positives.size());
    }
    for (const double score : negatives) {
      negative += std::log1p(std::exp(score)) / static_cast<double>(negatives.size());
      correct_negative += (score < 0) / static_cast<double>(negatives.size());
    }
    EXPECT_EQ(negatives.size(), 3 * positives.size());
    ASSERT_EQ(result.metrics().size(), 3u);
    EXPECT_NEAR(result.loss.item(), positive + 3 * negative, 1e-12);
    EXPECT_NEAR(result.metrics()[0].second, positive, 1e-12);
    EXPECT_NEAR(result.metrics()[1].second, negative, 1e-12);
    EXPECT_NEAR(result.metrics()[2].second, (correct_positive + correct_negative) / 2, 1e-12);
    EXPECT_EQ(result.metrics()[2].first, "accuracy");
  }
}

TEST(ContextPrediction, CbowPoolsAnchorsAsAsked) {
  const ThreeChains chains;
  const auto positive_scores = [&](const char* pooling) {
    ObjectiveConfig config = toy_config();
    config.context_pooling = pooling;
    const auto encoder = nn::make_encoder(config.encoder, 1);
    ContextPrediction objective(config);
    const auto batch = objective.prepare_roots(testing::views_of(chains.graphs), chains.roots);
    return objective.scores(*encoder, *batch, {}).positive.to_doubles();
  };
  const auto mean = positive_scores("mean"), sum = positive_scores("sum"),
             max = positive_scores("max");
  // The second chain has two anchors, symmetric to each other; the others one.
  const std::vector<double> anchors = {1, 2, 1};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(sum[i], anchors[i] * mean[i], 1e-12);
    EXPECT_NEAR(max[i], mean[i], 1e-12);
  }
}

TEST(ContextPrediction, KeepsASecondEncoderOfItsOwn) {
  ObjectiveConfig config = toy_config();
  config.context_size = 4;
  const ContextPrediction objective(config);
  const nn::Parameters parameters = objective.parameters();
  nn::EncoderConfig context = config.encoder;
  context.layers = 4;
  const nn::Parameters expected = nn::make_encoder(context, 0)->parameters();
  ASSERT_EQ(parameters.size(), expected.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    EXPECT_EQ(parameters[i].name, "context_gnn." + expected[i].name);
    EXPECT_EQ(parameters[i].tensor.shape(), expected[i].tensor.shape());
    EXPECT_EQ(parameters[i].trained, expected[i].trained);
  }
  // Its initial values are not those of the encoder of the same seed.
  const auto encoder = nn::make_encoder(config.encoder, config.seed);
  EXPECT_NE(encoder->parameters()[0].tensor.to_doubles(), parameters[0].tensor.to_doubles());
}

std::string message_of(const ObjectiveConfig& config) {
  try {
    const ContextPrediction objective(config);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "no error";
}

TEST(ContextPrediction, RefusesWhatItDoesNotKnow) {
  ObjectiveConfig config = toy_config();
  config.context_mode = "cbov";
  EXPECT_EQ(message_of(config),
            "[context-prediction] unknown context mode 'cbov'; did you mean 'cbow'? known: cbow, "
            "skipgram");
  config = toy_config();
  config.context_pooling = "meen";
  EXPECT_NE(message_of(config).find("unknown context pooling 'meen'; did you mean 'mean'?"),
            std::string::npos);
  config = toy_config();
  config.context_size = 0;
  EXPECT_EQ(message_of(config), "[context-prediction] context size must be at least 1, got 0");
  config = toy_config();
  config.negative_samples = 0;
  EXPECT_EQ(message_of(config), "[context-prediction] negative samples must be at least 1, got 0");
  config = toy_config();
  config.encoder.jk = "concat";
  EXPECT_EQ(
      message_of(config),
      "[context-prediction] jumping knowledge 'concat' makes states of width 72, but contexts "
      "have width 24; use last, max or sum");
}

TEST(ContextPrediction, TakesOneLayerAndOneBond) {
  ObjectiveConfig config = toy_config();
  config.encoder.layers = 1;
  config.context_size = 1;
  const data::Dataset chains = dataset_of({chain(2), chain(3)});
  const auto prepared = ContextPrediction(config).prepare(chains, all_rows(chains), {});
  EXPECT_FALSE(prepared->empty);
}

}  // namespace
}  // namespace aufbau::objectives
