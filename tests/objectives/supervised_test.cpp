#include "objectives/supervised.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "core/error.h"
#include "nn/pooling.h"
#include "objectives/toy_data.h"
#include "testing/reference_batch.h"

namespace aufbau::objectives {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

const LabelledBatch& labelled_batch(const std::unique_ptr<Prepared>& prepared) {
  return dynamic_cast<const LabelledBatch&>(*prepared);
}

ObjectiveConfig with_tasks(std::vector<std::int64_t> columns, std::vector<std::string> types) {
  ObjectiveConfig config = toy_config();
  config.target_columns = std::move(columns);
  config.task_types = std::move(types);
  config.target_mean.clear();
  config.target_deviation.clear();
  return config;
}

TEST(Supervised, MarksWhatIsThereAndScalesValues) {
  const data::Dataset molecules = toy_molecules();
  const auto prepared =
      Supervised(toy_config()).prepare(molecules, std::vector<std::int64_t>{1, 2, 7}, {});
  const auto& batch = labelled_batch(prepared);
  // Phenol: oxygen, ring, 7 atoms. Then oxygen and atoms missing; then a ring of 8 atoms, oxygen
  // missing.
  EXPECT_EQ(batch.targets.to_doubles(),
            (std::vector<double>{1, 1, (7 - 6) / 1.5, 0, 0, 0, 0, 1, (8 - 6) / 1.5}));
  EXPECT_EQ(batch.class_present.to_doubles(), (std::vector<double>{1, 1, 0, 0, 1, 0, 0, 1, 0}));
  EXPECT_EQ(batch.value_present.to_doubles(), (std::vector<double>{0, 0, 1, 0, 0, 0, 0, 0, 1}));
}

TEST(Supervised, LossIsTheMeanOverLabelsThatAreThere) {
  const data::Dataset molecules = toy_molecules();
  const ObjectiveConfig config = with_tasks({1, 0}, {"classification", "classification"});
  const auto encoder = nn::make_encoder(config.encoder, 1);
  Supervised objective(config);
  const auto prepared = objective.prepare(molecules, all_rows(molecules), {});
  const auto logits = objective.logits(*encoder, labelled_batch(prepared).batch, {}).to_doubles();
  double sum = 0;
  int count = 0;
  for (std::int64_t row = 0; row < molecules.size(); ++row)
    for (std::int64_t task = 0; task < 2; ++task) {
      const float label = molecules.target(row, 1 - task);
      if (std::isnan(label)) continue;
      const double logit = logits[static_cast<std::size_t>(2 * row + task)];
      sum += label == 1 ? std::log1p(std::exp(-logit)) : std::log1p(std::exp(logit));
      ++count;
    }
  EXPECT_EQ(count, 14);
  const LossResult result = objective.loss(*encoder, *prepared, {});
  EXPECT_NEAR(result.loss.item(), sum / count, 1e-12);
  EXPECT_TRUE(result.metrics().empty());
}

TEST(Supervised, OfValuesIsTheMeanSquaredErrorInScaledUnits) {
  const data::Dataset molecules = toy_molecules();
  ObjectiveConfig config = with_tasks({2}, {"regression"});
  config.target_mean = {6};
  config.target_deviation = {1.5};
  const auto encoder = nn::make_encoder(config.encoder, 1);
  Supervised objective(config);
  const auto prepared = objective.prepare(molecules, all_rows(molecules), {});
  const auto predicted =
      objective.logits(*encoder, labelled_batch(prepared).batch, {}).to_doubles();
  double sum = 0;
  for (std::int64_t row = 0; row < 8; ++row)
    if (row != 2)
      sum += std::pow(
          predicted[static_cast<std::size_t>(row)] - (molecules.target(row, 2) - 6) / 1.5, 2);
  EXPECT_NEAR(objective.loss(*encoder, *prepared, {}).loss.item(), sum / 7, 1e-12);
}

TEST(Supervised, OfBothKindsIsTheSumOfTheirMeans) {
  const data::Dataset molecules = toy_molecules();
  const auto loss_of = [&](const ObjectiveConfig& config) {
    const auto encoder = nn::make_encoder(config.encoder, 1);
    Supervised objective(config);
    // The heads differ in width and so in their initial values: give each task its own row.
    nn::Parameters parameters = objective.parameters();
    for (std::size_t task = 0; task < config.target_columns.size(); ++task) {
      const auto width = static_cast<std::size_t>(parameters[0].tensor.cols());
      for (std::size_t i = 0; i < width; ++i)
        parameters[0].tensor.mutable_values<double>()[task * width + i] =
            0.01 * static_cast<double>(config.target_columns[task] + 1) * static_cast<double>(i);
      parameters[1].tensor.mutable_values<double>()[task] = 0;
    }
    return objective.loss(*encoder, *objective.prepare(molecules, all_rows(molecules), {}), {});
  };
  const LossResult both = loss_of(with_tasks({1, 2}, {"classification", "regression"}));
  const double classes = loss_of(with_tasks({1}, {"classification"})).loss.item();
  const double values = loss_of(with_tasks({2}, {"regression"})).loss.item();
  EXPECT_NEAR(both.loss.item(), classes + values, 1e-12);
  ASSERT_EQ(both.metrics().size(), 2u);
  EXPECT_EQ(both.metrics()[0].first, "loss_classification");
  EXPECT_NEAR(both.metrics()[0].second, classes, 1e-12);
  EXPECT_EQ(both.metrics()[1].first, "loss_regression");
  EXPECT_NEAR(both.metrics()[1].second, values, 1e-12);
}

TEST(Supervised, IsEmptyWhereNothingIsKnown) {
  const data::Dataset molecules = toy_molecules();
  const Supervised objective(with_tasks({0}, {"classification"}));
  EXPECT_TRUE(objective.prepare(molecules, std::vector<std::int64_t>{2, 7}, {})->empty);
  EXPECT_FALSE(objective.prepare(molecules, std::vector<std::int64_t>{2, 6}, {})->empty);
}

TEST(Supervised, PredictsAMoleculeTheSameInAnyBatchWhenEvaluating) {
  const data::Dataset molecules = toy_molecules();
  const ObjectiveConfig config = toy_config();
  const auto encoder = nn::make_encoder(config.encoder, 1);
  const Supervised objective(config);
  const auto predict = [&](std::vector<std::int64_t> rows) {
    std::vector<graphs::GraphView> graphs;
    for (const std::int64_t row : rows) graphs.push_back(molecules.graph(row));
    const auto batch = graphs::make_batch(graphs, config.encoder.schema, config.encoder.layers);
    const Tensor logits = objective.logits(*encoder, batch, {});
    EXPECT_EQ(logits.shape(), (Shape{static_cast<std::int64_t>(rows.size()), 3}));
    return logits.to_doubles();
  };
  const auto all = predict({0, 1, 2, 3}), one = predict({2});
  for (std::size_t task = 0; task < 3; ++task) EXPECT_NEAR(all[6 + task], one[task], 1e-13);
}

TEST(Supervised, ReadsTheOutputOfJumpingKnowledge) {
  ObjectiveConfig config = toy_config();
  config.encoder.jk = "concat";
  const data::Dataset molecules = toy_molecules();
  ToyTraining training("supervised", config);
  EXPECT_EQ(training.objective().parameters()[0].tensor.shape(), (Shape{3, 72}));
  EXPECT_TRUE(std::isfinite(
      training.gradients(*training.objective().prepare(molecules, all_rows(molecules), {}))
          .loss.item()));
}

TEST(Supervised, LearnsThroughEveryReadOut) {
  for (const nn::NamedEntry& pooling : nn::pooling_names()) {
    SCOPED_TRACE(pooling.name);
    ObjectiveConfig config = toy_config();
    config.pooling = pooling.name;
    const data::Dataset molecules = toy_molecules();
    ToyTraining training("supervised", config);
    const auto prepared = training.objective().prepare(molecules, all_rows(molecules), {});
    training.gradients(*prepared);
    for (const nn::Parameter& parameter : training.objective().parameters()) {
      double largest = 0;
      for (const double value : parameter.tensor.grad().to_doubles())
        largest = std::max(largest, std::abs(value));
      // A softmax does not see what is added to all its scores.
      if (parameter.name == "pool.gate_nn.bias")
        EXPECT_LT(largest, 1e-12);
      else
        EXPECT_GT(largest, 1e-7) << parameter.name;
    }
    double loss = 1;
    for (int step = 0; step < 300; ++step) loss = training.step(*prepared, 0.01).loss.item();
    EXPECT_LT(loss, 0.02);
  }
}

TEST(Supervised, PoolsMoleculesWithoutAtomsToZero) {
  graphs::Graph nothing;
  nothing.node_columns = nothing.edge_columns = 2;
  const std::vector<graphs::Graph> graphs = {nothing, chain(3)};
  const ObjectiveConfig config = toy_config();
  const auto encoder = nn::make_encoder(config.encoder, 1);
  const Supervised objective(config);
  const std::vector<double> targets = {1, 0, 6, kMissing, kMissing, kMissing};
  const auto prepared = objective.prepare_labelled(testing::views_of(graphs), targets);
  const auto logits = objective.logits(*encoder, prepared->batch, {}).to_doubles();
  const auto bias = objective.parameters()[1].tensor.to_doubles();
  for (std::size_t task = 0; task < 3; ++task) EXPECT_EQ(logits[task], bias[task]);
}

std::string message_of(const std::function<void()>& action, ErrorKind kind) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  return "no error";
}

TEST(Supervised, RefusesLabelsThatAreNoClasses) {
  const data::Dataset molecules = toy_molecules();
  const Supervised objective(with_tasks({2}, {"classification"}));
  EXPECT_EQ(message_of([&] { objective.prepare(molecules, std::vector<std::int64_t>{1}, {}); },
                       ErrorKind::input),
            "[supervised] row 1, column 'atoms': a class label must be 0 or 1, got 7; declare it a "
            "regression task if that is what it is");
}

TEST(Supervised, RefusesAConfigurationThatDoesNotFit) {
  const auto refusal = [](const ObjectiveConfig& config) {
    return message_of([&] { const Supervised objective(config); }, ErrorKind::usage);
  };
  EXPECT_EQ(refusal(with_tasks({}, {})), "[supervised] there is no target column to learn from");
  EXPECT_EQ(refusal(with_tasks({0, 1}, {"regression"})),
            "[supervised] expected one task type per target column (2), got 1");
  EXPECT_EQ(refusal(with_tasks({0}, {"regresion"})),
            "[supervised] unknown task type 'regresion'; did you mean 'regression'? known: "
            "classification, regression");
  ObjectiveConfig config = toy_config();
  config.target_deviation = {1, 1, 0};
  EXPECT_EQ(refusal(config), "[supervised] a target deviation must be a positive number, got 0");
  config.target_deviation.clear();
  EXPECT_EQ(refusal(config),
            "[supervised] expected one target deviation per target column (3), got 0");
  config = toy_config();
  config.pooling = "man";
  EXPECT_NE(refusal(config).find("unknown pooling 'man'"), std::string::npos);

  const data::Dataset molecules = toy_molecules();
  const Supervised objective(with_tasks({3}, {"regression"}));
  EXPECT_EQ(message_of([&] { objective.prepare(molecules, std::vector<std::int64_t>{1}, {}); },
                       ErrorKind::usage),
            "[supervised] target column 3 is asked for, the dataset has 3");
}

}  // namespace
}  // namespace aufbau::objectives
