#include "objectives/infomax.h"

#include <gtest/gtest.h>

#include <cmath>

#include "objectives/toy_data.h"
#include "testing/reference_batch.h"

namespace aufbau::objectives {
namespace {

graphs::Graph nothing() {
  graphs::Graph graph;
  graph.node_columns = graph.edge_columns = 2;
  return graph;
}

std::vector<std::int32_t> next_of(const InfomaxBatch& batch) {
  const auto next = batch.next.source.values<std::int32_t>();
  return {next.begin(), next.end()};
}

TEST(Infomax, ComparesEachGraphWithTheNextAndTheLastWithTheFirst) {
  const std::vector<graphs::Graph> graphs = {chain(4), chain(1), chain(6)};
  const auto batch = Infomax(toy_config()).prepare_graphs(testing::views_of(graphs));
  EXPECT_EQ(next_of(*batch), (std::vector<std::int32_t>{1, 2, 0}));
}

TEST(Infomax, LeavesOutGraphsWithoutNodes) {
  const std::vector<graphs::Graph> graphs = {chain(4), nothing(), chain(6)};
  const auto batch = Infomax(toy_config()).prepare_graphs(testing::views_of(graphs));
  EXPECT_FALSE(batch->empty);
  EXPECT_EQ(batch->batch.node_offset, (std::vector<std::int64_t>{0, 4, 10}));
  EXPECT_EQ(next_of(*batch), (std::vector<std::int32_t>{1, 0}));
}

TEST(Infomax, OfOneGraphIsEmpty) {
  const Infomax objective(toy_config());
  const data::Dataset one = dataset_of({chain(4), nothing()});
  EXPECT_TRUE(objective.prepare(one, all_rows(one), {})->empty);
  EXPECT_TRUE(objective.prepare(one, {}, {})->empty);
}

TEST(Infomax, TellsAMoleculeFromAnotherAsTheDiscriminatorSays) {
  // Every term of D(h, g) written out, from the states of the encoder.
  const data::Dataset molecules = toy_molecules();
  ToyTraining training("infomax", toy_config());
  const auto& objective = dynamic_cast<const Infomax&>(training.objective());
  const auto prepared = objective.prepare(molecules, all_rows(molecules), {});
  const auto& batch = dynamic_cast<const InfomaxBatch&>(*prepared);
  const nn::ForwardContext context = {.training = true};
  const std::vector<double> h = training.encoder().forward(batch.batch, context).to_doubles();
  const std::vector<double> weight = objective.parameters().front().tensor.to_doubles();
  const auto width = static_cast<std::size_t>(training.encoder().output_width());
  const std::size_t count = batch.batch.node_offset.size() - 1;

  std::vector<std::vector<double>> summary(count, std::vector<double>(width));
  for (std::size_t g = 0; g < count; ++g) {
    const std::int64_t first = batch.batch.node_offset[g], last = batch.batch.node_offset[g + 1];
    for (std::size_t d = 0; d < width; ++d) {
      double mean = 0;
      for (std::int64_t v = first; v < last; ++v)
        mean += h[static_cast<std::size_t>(v) * width + d] / static_cast<double>(last - first);
      summary[g][d] = 1 / (1 + std::exp(-mean));
    }
  }
  const auto discriminate = [&](std::size_t node, const std::vector<double>& g) {
    double sum = 0;
    for (std::size_t i = 0; i < width; ++i)
      for (std::size_t j = 0; j < width; ++j)
        sum += g[i] * weight[i * width + j] * h[node * width + j];
    return sum;
  };
  const PairScores scores = objective.scores(training.encoder(), batch, context);
  const std::vector<double> positive = scores.positive.to_doubles();
  const std::vector<double> negative = scores.negative.to_doubles();
  ASSERT_EQ(positive.size(), h.size() / width);
  ASSERT_EQ(negative.size(), positive.size());
  for (std::size_t g = 0, node = 0; g < count; ++g)
    for (; static_cast<std::int64_t>(node) < batch.batch.node_offset[g + 1]; ++node) {
      EXPECT_NEAR(positive[node], discriminate(node, summary[g]), 1e-12);
      EXPECT_NEAR(negative[node], discriminate(node, summary[(g + 1) % count]), 1e-12);
    }
}

TEST(Infomax, TheDiscriminatorIsAsWideAsTheStates) {
  ObjectiveConfig config = toy_config();
  config.encoder.jk = "concat";
  const nn::Parameters parameters = Infomax(config).parameters();
  ASSERT_EQ(parameters.size(), 1u);
  EXPECT_EQ(parameters[0].name, "discriminator.weight");
  EXPECT_EQ(parameters[0].tensor.shape(), (Shape{72, 72}));
  double largest = 0;
  for (const double value : parameters[0].tensor.to_doubles())
    largest = std::max(largest, std::abs(value));
  EXPECT_LE(largest, 1 / std::sqrt(72.0));
  EXPECT_GT(largest, 0.99 / std::sqrt(72.0));
}

}  // namespace
}  // namespace aufbau::objectives
