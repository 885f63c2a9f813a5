#include "objectives/graphcl.h"

#include <gtest/gtest.h>

#include <cmath>

#include "objectives/toy_data.h"
#include "testing/errors.h"

namespace aufbau::objectives {
namespace {

using testing::error_of;
using testing::says;

const ViewBatch& view_batch(const std::unique_ptr<Prepared>& prepared) {
  return dynamic_cast<const ViewBatch&>(*prepared);
}

std::vector<std::int32_t> codes_of(const graphs::GraphBatch& batch) {
  const auto codes = batch.node_codes.values<std::int32_t>();
  return {codes.begin(), codes.end()};
}

ObjectiveConfig with_augmentations(const std::vector<std::string>& augmentations) {
  ObjectiveConfig config = toy_config();
  config.augmentations = augmentations;
  return config;
}

// The similarities of the toy molecules, row by row.
std::vector<double> similarities(ToyTraining& training, const Prepared& prepared) {
  return dynamic_cast<const GraphCL&>(training.objective())
      .similarities(training.encoder(), dynamic_cast<const ViewBatch&>(prepared),
                    {.training = true})
      .to_doubles();
}

TEST(GraphCL, TheLossIsEquationThree) {
  const data::Dataset molecules = toy_molecules();
  ToyTraining training("graphcl", toy_config());
  const auto prepared = training.objective().prepare(molecules, all_rows(molecules), {.seed = 1});
  const std::vector<double> s = similarities(training, *prepared);
  const LossResult result = training.gradients(*prepared);
  const std::size_t count = 8;
  ASSERT_EQ(s.size(), count * count);
  double expected = 0, correct = 0;
  for (std::size_t i = 0; i < count; ++i) {
    double others = 0;
    bool is_largest = true;
    for (std::size_t j = 0; j < count; ++j) {
      if (j == i) continue;
      others += std::exp(s[i * count + j]);
      is_largest = is_largest && s[i * count + j] < s[i * count + i];
    }
    expected -= std::log(std::exp(s[i * count + i]) / others) / count;
    correct += is_largest;
  }
  EXPECT_NEAR(result.loss.item(), expected, 1e-12);
  EXPECT_EQ(result.metrics().front().second, correct / count);
}

TEST(GraphCL, ComparesByTheCosineOverTheTemperature) {
  const data::Dataset molecules = toy_molecules();
  ObjectiveConfig config = with_augmentations({"identity"});
  const auto similarities_at = [&](double temperature) {
    config.temperature = temperature;
    ToyTraining training("graphcl", config);
    return similarities(training,
                        *training.objective().prepare(molecules, all_rows(molecules), {}));
  };
  const std::vector<double> cosine = similarities_at(1), cold = similarities_at(0.1);
  for (std::size_t i = 0; i < cosine.size(); ++i) {
    // Both views are the molecule itself.
    if (i % 9 == 0) {
      EXPECT_NEAR(cosine[i], 1, 1e-12);
    }
    EXPECT_LE(std::abs(cosine[i]), 1 + 1e-12);
    EXPECT_NEAR(cold[i], 10 * cosine[i], 1e-10);
  }
}

TEST(GraphCL, TheTwoViewsDropOutDifferently) {
  const data::Dataset molecules = toy_molecules();
  ObjectiveConfig config = with_augmentations({"identity"});
  config.encoder.dropout = 0.5;
  ToyTraining training("graphcl", config);
  const auto prepared = training.objective().prepare(molecules, all_rows(molecules), {});
  EXPECT_LT(similarities(training, *prepared).front(), 10 - 1e-6);
}

TEST(GraphCL, DrawsForAViewWhateverBatchItIsIn) {
  const data::Dataset molecules = toy_molecules();
  const GraphCL objective(toy_config());
  for (std::uint32_t epoch = 0; epoch < 20; ++epoch) {
    const std::vector<std::int64_t> pair = {5, 2}, other = {0, 5};
    const auto first = objective.prepare(molecules, pair, {.seed = 1, .epoch = epoch, .step = 0});
    const auto second =
        objective.prepare(molecules, other, {.seed = 1, .epoch = epoch, .step = 17});
    for (const std::size_t view : {0, 1}) {
      const graphs::GraphBatch &a = view_batch(first).views[view],
                               &b = view_batch(second).views[view];
      const auto codes_a = codes_of(a), codes_b = codes_of(b);
      const std::vector<std::int32_t> of_a(codes_a.begin(), codes_a.begin() + 2 * a.node_offset[1]);
      const std::vector<std::int32_t> of_b(codes_b.begin() + 2 * b.node_offset[1], codes_b.end());
      EXPECT_EQ(of_a, of_b);
    }
  }
}

TEST(GraphCL, DrawsAnewForEveryViewEpochAndSeed) {
  const data::Dataset molecules = dataset_of({chain(200), chain(200)});
  const GraphCL objective(with_augmentations({"attribute-masking"}));
  const auto draw = [&](std::uint64_t seed, std::uint32_t epoch, std::size_t view) {
    return codes_of(view_batch(objective.prepare(molecules, all_rows(molecules),
                                                 {.seed = seed, .epoch = epoch}))
                        .views[view]);
  };
  EXPECT_NE(draw(1, 0, 0), draw(1, 0, 1));
  EXPECT_NE(draw(1, 0, 0), draw(1, 1, 0));
  EXPECT_NE(draw(1, 0, 0), draw(2, 0, 0));
  EXPECT_EQ(draw(1, 0, 0), draw(1, 0, 0));
}

TEST(GraphCL, DrawsTheAugmentationsEquallyOften) {
  // 4,000 views, one of two kinds: mean 2,000, standard deviation 31.6; 6 of those.
  const data::Dataset molecules = dataset_of({chain(10), chain(10)});
  const GraphCL objective(with_augmentations({"identity", "node-dropping"}));
  int whole = 0;
  for (std::uint32_t epoch = 0; epoch < 1000; ++epoch) {
    const auto prepared = objective.prepare(molecules, all_rows(molecules), {.epoch = epoch});
    for (const graphs::GraphBatch& view : view_batch(prepared).views)
      for (const std::size_t graph : {0, 1})
        whole += view.node_offset[graph + 1] - view.node_offset[graph] == 10;
  }
  EXPECT_NEAR(whole, 2000, 190);
}

TEST(GraphCL, NeedsTwoGraphsWithNodes) {
  graphs::Graph nothing;
  nothing.node_columns = nothing.edge_columns = 2;
  const GraphCL objective(toy_config());
  const data::Dataset one = dataset_of({chain(4), nothing});
  EXPECT_TRUE(objective.prepare(one, all_rows(one), {})->empty);
  EXPECT_TRUE(objective.prepare(one, {}, {})->empty);
  const data::Dataset two = dataset_of({chain(4), nothing, chain(6)});
  const auto prepared = objective.prepare(two, all_rows(two), {});
  EXPECT_FALSE(prepared->empty);
  EXPECT_EQ(view_batch(prepared).views[0].graph_count, 2);
}

TEST(GraphCL, LearnsFromMoleculesOfOneAtom) {
  const data::Dataset atoms = dataset_of({chain(1), chain(2)});
  for (const AugmentationEntry& entry : kAugmentations) {
    ToyTraining training("graphcl", with_augmentations({entry.name}));
    const auto prepared = training.objective().prepare(atoms, all_rows(atoms), {});
    ASSERT_FALSE(prepared->empty) << entry.name;
    EXPECT_TRUE(std::isfinite(training.gradients(*prepared).loss.item())) << entry.name;
  }
}

TEST(GraphCL, ProjectsByTwoLayersAsWideAsTheStates) {
  ObjectiveConfig config = toy_config();
  config.encoder.jk = "concat";
  std::vector<std::string> names;
  for (const nn::Parameter& parameter : GraphCL(config).parameters()) {
    names.push_back(parameter.name);
    EXPECT_EQ(parameter.tensor.rows(), 72);
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"projection_head.0.weight", "projection_head.0.bias",
                                      "projection_head.2.weight", "projection_head.2.bias"}));
}

TEST(GraphCL, TrainsTheReadOutWithTheRest) {
  ObjectiveConfig config = toy_config();
  config.pooling = "set2set2";
  const data::Dataset molecules = toy_molecules();
  ToyTraining training("graphcl", config);
  training.gradients(*training.objective().prepare(molecules, all_rows(molecules), {}));
  int learned = 0;
  for (const nn::Parameter& parameter : training.objective().parameters()) {
    EXPECT_TRUE(parameter.tensor.grad()) << parameter.name;
    learned += parameter.name.starts_with("pool.lstm.");
  }
  EXPECT_EQ(learned, 4);
  EXPECT_EQ(nn::tensor_named(training.objective().parameters(), "projection_head.0.weight").shape(),
            (Shape{24, 48}));
}

TEST(GraphCL, RefusesWhatItCannotDo) {
  const auto refusal = [](const auto& change) {
    ObjectiveConfig config = toy_config();
    change(config);
    const Error error = error_of([&] { const GraphCL objective(config); });
    EXPECT_EQ(error.kind(), ErrorKind::usage) << error.what();
    return error;
  };
  const auto of_augmentations = [&](const std::vector<std::string>& augmentations) {
    return refusal([&](ObjectiveConfig& config) { config.augmentations = augmentations; });
  };
  EXPECT_TRUE(says(of_augmentations({}), "no augmentation to draw from"));
  EXPECT_TRUE(says(of_augmentations({"subgraph", "subgraph"}), "'subgraph' is named twice"));
  EXPECT_TRUE(says(of_augmentations({"sub-graph"}), "did you mean 'subgraph'?"));
  EXPECT_TRUE(says(refusal([](auto& config) { config.augmentation_ratio = 1.5; }),
                   "augmentation ratio must be in [0, 1], got 1.5"));
  EXPECT_TRUE(says(refusal([](auto& config) { config.augmentation_ratio = std::nan(""); }),
                   "augmentation ratio"));
  for (const double temperature : {0.0, -1.0, std::nan(""), HUGE_VAL})
    EXPECT_TRUE(says(refusal([&](auto& config) { config.temperature = temperature; }),
                     "temperature must be a number above 0"));
  EXPECT_TRUE(says(refusal([](auto& config) { config.pooling = "meen"; }), "pooling"));
  EXPECT_TRUE(says(refusal([](auto& config) { config.encoder.schema.node[0].reserved.clear(); }),
                   "has no 'mask' code"));
}

TEST(GraphCL, NeedsAMaskOnlyToMask) {
  ObjectiveConfig config = with_augmentations({"node-dropping", "edge-perturbation", "subgraph"});
  config.encoder.schema.node[0].reserved.clear();
  EXPECT_NO_THROW(const GraphCL objective(config));
}

}  // namespace
}  // namespace aufbau::objectives
