#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"
#include "core/parallel.h"
#include "objectives/toy_data.h"

// What holds for every objective of the table.
namespace aufbau::objectives {
namespace {

class EveryObjective : public testing::TestWithParam<std::string> {};

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const ObjectiveEntry& entry : kObjectives) all.emplace_back(entry.name);
  all.emplace_back("attribute-masking:1+context-prediction:0.5+supervised:2");
  all.emplace_back("infomax+graphcl:0.5");
  return all;
}

// Without those that take the next molecule as the negative example.
class EveryOrderlessObjective : public testing::TestWithParam<std::string> {};

std::vector<std::string> orderless_names() {
  std::vector<std::string> all = names();
  std::erase_if(all, [](const std::string& name) {
    return name.find("context-prediction") != std::string::npos ||
           name.find("infomax") != std::string::npos;
  });
  return all;
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return !std::isalnum(c); }, '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Table, EveryObjective, testing::ValuesIn(names()), test_name);
INSTANTIATE_TEST_SUITE_P(Table, EveryOrderlessObjective, testing::ValuesIn(orderless_names()),
                         test_name);

// As in real training: nodes of the same surroundings share rows.
ObjectiveConfig shared_config(DType dtype = DType::f64) {
  ObjectiveConfig config = toy_config(dtype);
  config.encoder.share_rows = true;
  return config;
}

// In this epoch no two hidden atoms of the toy molecules differ while all that the encoder sees of
// them is the same, so that everything can be learnt.
constexpr data::BatchKey kKey = {.seed = 1, .epoch = 0, .step = 0};

std::vector<double> gradient_values(const ToyTraining& training) {
  std::vector<double> all;
  for (const nn::Parameter& parameter : training.parameters())
    if (parameter.trained && parameter.tensor.grad()) {
      const std::vector<double> values = parameter.tensor.grad().to_doubles();
      all.insert(all.end(), values.begin(), values.end());
    }
  return all;
}

// Two atoms that look alike have one state, whose product with itself is never negative: edges can
// be learnt to the end only where no two atoms look alike.
data::Dataset learnable_molecules(const std::string& objective) {
  return objective == "edge-prediction" ? toy_mixtures() : toy_molecules();
}

TEST_P(EveryObjective, OverfitsEightMolecules) {
  const data::Dataset molecules = learnable_molecules(GetParam());
  ToyTraining training(GetParam(), shared_config());
  const auto prepared = training.objective().prepare(molecules, all_rows(molecules), kKey);
  ASSERT_FALSE(prepared->empty);
  LossResult last;
  for (int step = 0; step < 300; ++step) last = training.step(*prepared, 0.01);
  EXPECT_LT(last.loss.item(), 0.02);
  for (const auto& [name, value] : last.metrics())
    if (name.find("accuracy") != std::string::npos) {
      EXPECT_EQ(value, 1) << name;
    }
}

TEST_P(EveryObjective, SendsGradientIntoEveryTrainedParameter) {
  const data::Dataset molecules = toy_molecules();
  ToyTraining training(GetParam(), shared_config());
  training.gradients(*training.objective().prepare(molecules, all_rows(molecules), kKey));
  for (const nn::Parameter& parameter : training.parameters()) {
    if (!parameter.trained) continue;
    ASSERT_TRUE(parameter.tensor.grad()) << parameter.name;
    double largest = 0;
    for (const double value : parameter.tensor.grad().to_doubles())
      largest = std::max(largest, std::abs(value));
    // BatchNorm takes the mean out again: a bias right before it has gradient 0 but for rounding.
    if (parameter.name.ends_with(".mlp.2.bias"))
      EXPECT_LT(largest, 1e-12) << parameter.name;
    else
      EXPECT_GT(largest, 1e-6) << parameter.name;
  }
}

TEST_P(EveryObjective, IsUnchangedWhenTheMoleculesGoRoundByOne) {
  // Some compare each molecule with the next: going round by one leaves who is next.
  const data::Dataset molecules = toy_molecules();
  std::vector<std::int64_t> rows = all_rows(molecules);
  ToyTraining training(GetParam(), shared_config());
  const double before =
      training.gradients(*training.objective().prepare(molecules, rows, kKey)).loss.item();
  std::rotate(rows.begin(), rows.begin() + 1, rows.end());
  const double after =
      training.gradients(*training.objective().prepare(molecules, rows, kKey)).loss.item();
  // Other order of summation, a few hundred terms: some units in the last place.
  EXPECT_NEAR(before, after, 1e-12 * std::abs(before));
}

TEST_P(EveryOrderlessObjective, IsUnchangedByTheOrderOfTheMolecules) {
  const data::Dataset molecules = toy_molecules();
  ToyTraining training(GetParam(), shared_config());
  const double before =
      training.gradients(*training.objective().prepare(molecules, all_rows(molecules), kKey))
          .loss.item();
  const std::vector<std::int64_t> rows = {5, 2, 7, 0, 3, 6, 1, 4};
  const double after =
      training.gradients(*training.objective().prepare(molecules, rows, kKey)).loss.item();
  EXPECT_NEAR(before, after, 1e-12 * std::abs(before));
}

TEST_P(EveryObjective, PreparesTheSameFromTheSameKey) {
  const data::Dataset molecules = toy_molecules();
  ToyTraining first(GetParam(), shared_config()), second(GetParam(), shared_config());
  const auto rows = all_rows(molecules);
  const double loss =
      first.gradients(*first.objective().prepare(molecules, rows, kKey)).loss.item();
  EXPECT_EQ(loss, second.gradients(*second.objective().prepare(molecules, rows, kKey)).loss.item());
  EXPECT_EQ(gradient_values(first), gradient_values(second));
}

/// Loss and gradients of every objective with every encoder, by name.
std::pair<double, std::vector<double>> loss_with(const std::string& objective,
                                                 const std::string& encoder, double dropout,
                                                 bool share_rows) {
  const data::Dataset molecules = toy_molecules();
  ObjectiveConfig config = shared_config();
  config.encoder.type = encoder;
  config.encoder.layers = 3;
  config.encoder.dropout = dropout;
  config.encoder.share_rows = share_rows;
  ToyTraining training(objective, config);
  const auto prepared = training.objective().prepare(molecules, all_rows(molecules), kKey);
  const double loss = training.gradients(*prepared).loss.item();
  return {loss, gradient_values(training)};
}

TEST_P(EveryObjective, IsTheSameWithAndWithoutSharedRows) {
  for (const nn::NamedEntry& encoder : nn::encoder_names())
    for (const double dropout : {0.0, 0.2}) {
      SCOPED_TRACE(encoder.name + std::to_string(dropout));
      const auto [loss, gradients] = loss_with(GetParam(), encoder.name, dropout, false);
      const auto [shared_loss, shared_gradients] =
          loss_with(GetParam(), encoder.name, dropout, true);
      EXPECT_NEAR(shared_loss, loss, 1e-12 * (1 + std::abs(loss)));
      ASSERT_EQ(shared_gradients.size(), gradients.size());
      double largest = 0;
      for (const double value : gradients) largest = std::max(largest, std::abs(value));
      for (std::size_t i = 0; i < gradients.size(); ++i)
        EXPECT_NEAR(shared_gradients[i], gradients[i], 1e-12 * (1 + largest)) << i;
    }
}

TEST_P(EveryObjective, NamesTheRowsItWasPreparedFrom) {
  const data::Dataset molecules = toy_molecules();
  const std::vector<std::int64_t> rows = {6, 1, 3};
  ToyTraining training(GetParam(), shared_config());
  EXPECT_EQ(training.objective().prepare(molecules, rows, kKey)->rows, rows);
}

TEST_P(EveryObjective, LeavesTheDatasetAlone) {
  const data::Dataset molecules = toy_molecules();
  const auto nodes = molecules.graphs().node_codes(), edges = molecules.graphs().edge_codes();
  ToyTraining training(GetParam(), shared_config());
  for (std::uint32_t epoch = 0; epoch < 20; ++epoch)
    training.objective().prepare(molecules, all_rows(molecules), {.seed = 1, .epoch = epoch});
  EXPECT_EQ(molecules.graphs().node_codes(), nodes);
  EXPECT_EQ(molecules.graphs().edge_codes(), edges);
}

TEST_P(EveryObjective, HasTheSameBitsAtAnyNumberOfThreads) {
  const data::Dataset molecules = toy_molecules();
  std::vector<std::int64_t> rows;  // enough rows for several blocks
  for (int copy = 0; copy < 60; ++copy)
    for (const std::int64_t row : all_rows(molecules)) rows.push_back(row);
  const auto run = [&](int threads, DType dtype) {
    const ThreadScope scope(threads);
    ToyTraining training(GetParam(), toy_config(dtype));
    std::vector<double> values = {
        training.gradients(*training.objective().prepare(molecules, rows, kKey)).loss.item()};
    for (const double value : gradient_values(training)) values.push_back(value);
    return values;
  };
  for (const DType dtype : {DType::f32, DType::f64}) {
    const std::vector<double> one = run(1, dtype);
    EXPECT_EQ(one, run(2, dtype));
    EXPECT_EQ(one, run(3, dtype));
  }
}

TEST_P(EveryObjective, RefusesADatasetOfAnotherSchema) {
  ObjectiveConfig config = shared_config();
  config.encoder.schema.node[1].cardinality = 4;
  ToyTraining training(GetParam(), config);
  const data::Dataset molecules = toy_molecules();
  try {
    training.objective().prepare(molecules, all_rows(molecules), kKey);
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  }
}

}  // namespace
}  // namespace aufbau::objectives
