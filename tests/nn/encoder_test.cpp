#include "nn/encoder.h"
#include "nn/encoder_batch.h"
#include "nn/pooling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "core/parallel.h"
#include "tensor/ops.h"
#include "testing/errors.h"
#include "testing/near.h"
#include "testing/reference_batch.h"
#include "testing/small_graphs.h"

namespace aufbau::nn {
namespace {

using namespace aufbau::testing;  // hand-made graphs, errors
using graphs::Graph;
using graphs::GraphBatch;

EncoderConfig small_config(const std::string& type, DType dtype = DType::f64) {
  return {.type = type, .layers = 3, .width = 6, .schema = reference_schema(), .dtype = dtype};
}

std::vector<Graph> some_graphs(int count, std::int32_t nodes) {
  std::vector<Graph> graphs;
  for (int g = 0; g < count; ++g)
    graphs.push_back(random_graph(nodes + g % 7, static_cast<std::uint32_t>(g)));
  return graphs;
}

/// A fixed weight for every element, so that no gradient cancels.
Tensor probe(const Tensor& output) {
  std::vector<double> weight(static_cast<std::size_t>(output.size()));
  Random random({.purpose = Purpose::test, .item = 99});
  for (double& value : weight) value = 2 * random.uniform() - 1;
  return Tensor::from(std::span<const double>(weight), output.shape()).to(output.dtype());
}

/// Every layer type, by name.
class EveryEncoder : public ::testing::TestWithParam<std::string> {};
std::vector<std::string> all_encoders() {
  std::vector<std::string> names;
  for (const NamedEntry& entry : encoder_names()) names.emplace_back(entry.name);
  return names;
}
INSTANTIATE_TEST_SUITE_P(Table, EveryEncoder, ::testing::ValuesIn(all_encoders()));

// --- names, shapes, settings

TEST(GinEncoder, HasTheTensorsOfThePublishedStateDicts) {
  const EncoderConfig config{.schema = reference_schema()};
  const Parameters parameters = make_encoder(config, 0)->parameters();
  ASSERT_EQ(parameters.size(), 57u);
  std::vector<std::pair<std::string, Shape>> expected = {{"x_embedding1.weight", {120, 300}},
                                                         {"x_embedding2.weight", {3, 300}}};
  for (int i = 0; i < 5; ++i) {
    const std::string gnn = "gnns." + std::to_string(i) + ".";
    expected.insert(expected.end(), {{gnn + "mlp.0.weight", {600, 300}},
                                     {gnn + "mlp.0.bias", {600}},
                                     {gnn + "mlp.2.weight", {300, 600}},
                                     {gnn + "mlp.2.bias", {300}},
                                     {gnn + "edge_embedding1.weight", {6, 300}},
                                     {gnn + "edge_embedding2.weight", {3, 300}}});
  }
  for (int i = 0; i < 5; ++i) {
    const std::string norm = "batch_norms." + std::to_string(i) + ".";
    expected.insert(expected.end(), {{norm + "weight", {300}},
                                     {norm + "bias", {300}},
                                     {norm + "running_mean", {300}},
                                     {norm + "running_var", {300}},
                                     {norm + "num_batches_tracked", {}}});
  }
  std::int64_t trained = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(parameters[i].name, expected[i].first);
    EXPECT_EQ(parameters[i].tensor.shape(), expected[i].second) << parameters[i].name;
    EXPECT_EQ(parameters[i].tensor.requires_grad(), parameters[i].trained);
    if (parameters[i].trained) trained += parameters[i].tensor.size();
  }
  EXPECT_EQ(trained, 1'857'900);
  EXPECT_EQ(parameters.back().tensor.dtype(), DType::i64);
  EXPECT_FALSE(parameters.back().trained);
}

TEST(Encoder, NamesATablePerFeatureColumn) {
  EncoderConfig config = small_config("gin");
  config.schema.node.push_back({"charge", 7, {}});
  config.schema.edge.push_back({"conjugated", 2, {}});
  const Parameters parameters = make_encoder(config, 0)->parameters();
  EXPECT_EQ(parameters[2].name, "x_embedding3.weight");
  EXPECT_EQ(parameters[2].tensor.shape(), (Shape{7, 6}));
  EXPECT_EQ(tensor_named(parameters, "gnns.2.edge_embedding3.weight").shape(), (Shape{2, 6}));
}

TEST_P(EveryEncoder, WorksWithoutEdgeColumns) {
  EncoderConfig config = small_config(GetParam());
  config.schema = {"plain", 1, {{"degree", 4, {}}}, {}};
  Graph graph;
  graph.node_columns = 1;
  graph.node_codes = {1, 2, 1};
  graph.begin = {0, 1};
  graph.end = {1, 2};
  const graphs::GraphView view = graph.view();
  const GraphBatch batch = graphs::make_batch({&view, 1}, config.schema, config.layers);
  const Tensor output = make_encoder(config, 0)->forward(batch, {});
  EXPECT_EQ(output.shape(), (Shape{3, 6}));
}

TEST(EncoderConfig, RefusesWhatIsUnknownOrOutOfRange) {
  const auto error_with = [](auto change) {
    EncoderConfig config = small_config("gin");
    change(config);
    const Error error = error_of([&] { make_encoder(config, 0); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return std::string(error.what());
  };
  EXPECT_NE(error_with([](auto& c) { c.type = "gim"; }).find("unknown encoder 'gim'"),
            std::string::npos);
  EXPECT_NE(error_with([](auto& c) { c.type = "gim"; }).find("did you mean 'gin'"),
            std::string::npos);
  EXPECT_NE(error_with([](auto& c) { c.jk = "lst"; }).find("unknown jumping knowledge 'lst'"),
            std::string::npos);
  EXPECT_EQ(error_with([](auto& c) { c.layers = 0; }),
            "[encoder] the number of layers is 0, expected 1 to 1000");
  EXPECT_EQ(error_with([](auto& c) { c.width = -3; }),
            "[encoder] the width is -3, expected 1 to 65536");
  EXPECT_EQ(error_with([](auto& c) { c.dropout = 1; }),
            "[encoder] dropout is 1, expected a probability from 0 to below 1");
  error_with([](auto& c) { c.dropout = -0.1; });
  error_with([](auto& c) { c.dropout = std::numeric_limits<double>::quiet_NaN(); });
}

TEST(EncoderConfig, ReadsBackWhatItWrites) {
  const EncoderConfig config{.type = "gin",
                             .layers = 7,
                             .width = 31,
                             .jk = "concat",
                             .dropout = 0.1,
                             .schema = reference_schema()};
  const EncoderConfig back = EncoderConfig::from_json(config.to_json());
  EXPECT_EQ(back.to_json(), config.to_json());
  EXPECT_EQ(back.layers, 7);
  EXPECT_EQ(back.dropout, 0.1);
  EXPECT_EQ(back.schema, config.schema);
}

TEST(EncoderConfig, RefusesTextThatIsNotOne) {
  const std::string good = small_config("gin").to_json();
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos);
    return text.replace(at, from.size(), to);
  };
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{}"), replaced("gin", "nig"),
        replaced("\"layers\":3", "\"layers\":0"), replaced("\"layers\":3", "\"layers\":2000000000"),
        replaced("\"width\":6", "\"width\":1e9"), replaced("\"dropout\":0.0", "\"dropout\":null"),
        replaced("\"jk\":\"last\"", "\"jk\":7"), replaced("\"hu2\"", "7")})
    EXPECT_EQ(error_of([&] { EncoderConfig::from_json(text); }).kind(), ErrorKind::mismatch)
        << text;
}

// --- what the mathematics promises

TEST_P(EveryEncoder, DoesNotSeeTheOrderOfMolecules) {
  const std::vector<Graph> graphs = some_graphs(6, 7);
  const std::vector<Graph> backwards(graphs.rbegin(), graphs.rend());
  const EncoderConfig config = small_config(GetParam());
  for (const bool training : {false, true}) {
    std::vector<std::vector<double>> pooled;
    for (const std::vector<Graph>& order : {graphs, backwards}) {
      const GraphBatch batch = graphs::make_batch(views_of(order), config.schema, config.layers);
      const Tensor states = make_encoder(config, 4)->forward(batch, {.training = training});
      pooled.push_back(pool("sum", states, batch.graph_rows).to_doubles());
    }
    const auto width = static_cast<std::size_t>(config.width);
    std::vector<double> expected;
    for (std::size_t g = graphs.size(); g-- > 0;)
      expected.insert(expected.end(), pooled[0].begin() + static_cast<std::ptrdiff_t>(g * width),
                      pooled[0].begin() + static_cast<std::ptrdiff_t>((g + 1) * width));
    // Sums over the batch are added up in another order.
    expect_near("pooled states", pooled[1], expected, 1e-11 * largest(expected));
  }
}

TEST_P(EveryEncoder, DoesNotSeeTheOrderOfNodes) {
  const Graph graph = random_graph(11, 3);
  Graph turned = graph;
  for (std::int32_t node = 0; node < 11; ++node)
    for (std::int32_t c = 0; c < 2; ++c)
      turned.node_codes[static_cast<std::size_t>(2 * (10 - node) + c)] =
          graph.node_codes[static_cast<std::size_t>(2 * node + c)];
  for (std::int32_t& node : turned.begin) node = 10 - node;
  for (std::int32_t& node : turned.end) node = 10 - node;
  const EncoderConfig config = small_config(GetParam());
  std::vector<std::vector<double>> pooled;
  for (const Graph& one : {graph, turned}) {
    const graphs::GraphView view = one.view();
    const GraphBatch batch = graphs::make_batch({&view, 1}, config.schema, config.layers);
    pooled.push_back(
        pool("mean", make_encoder(config, 4)->forward(batch, {}), batch.graph_rows).to_doubles());
  }
  expect_near("pooled states", pooled[1], pooled[0], 1e-12 * largest(pooled[0]));
}

TEST_P(EveryEncoder, CombinesItsLevelsAsJumpingKnowledgeSays) {
  const std::vector<Graph> graphs = some_graphs(3, 6);
  EncoderConfig config = small_config(GetParam());
  const GraphBatch batch = graphs::make_batch(views_of(graphs), config.schema, config.layers);
  std::map<std::string, std::vector<double>> output;
  for (const NamedEntry& jk : jumping_knowledge_names()) {
    config.jk = jk.name;
    const std::unique_ptr<Encoder> encoder = make_encoder(config, 4);
    const Tensor states = encoder->forward(batch, {});
    EXPECT_EQ(states.shape(), (Shape{batch.node_count, encoder->output_width()}));
    output[jk.name] = states.to_doubles();
  }
  config.jk = "concat";
  const std::size_t width = static_cast<std::size_t>(config.width);
  const std::size_t levels = static_cast<std::size_t>(output_width(config)) / width;
  ASSERT_GE(levels, static_cast<std::size_t>(config.layers));
  for (std::size_t i = 0; i < output["last"].size(); ++i) {
    const double* level = &output["concat"][i / width * levels * width + i % width];
    double sum = 0, most = -std::numeric_limits<double>::infinity();
    for (std::size_t l = 0; l < levels; ++l) {
      sum += level[l * width];
      most = std::max(most, level[l * width]);
    }
    EXPECT_DOUBLE_EQ(output["last"][i], level[(levels - 1) * width]);
    EXPECT_DOUBLE_EQ(output["max"][i], most);
    EXPECT_NEAR(output["sum"][i], sum, 1e-14 * (1 + std::abs(sum)));
  }
}

/// What comes out of a training step on a batch: states of nodes, read-out, gradients, running
/// statistics.
std::map<std::string, std::vector<double>> step_on(const GraphBatch& batch,
                                                   const EncoderConfig& config) {
  const std::unique_ptr<Encoder> encoder = make_encoder(config, 4);
  const Tensor states = encoder->forward(batch, {.training = true, .seed = 3});
  const Tensor by_node = ops::gather_rows(states, batch.node_rows);
  const Tensor pooled = pool("mean", states, batch.graph_rows);
  std::map<std::string, std::vector<double>> values{{"states", by_node.to_doubles()},
                                                    {"pooled", pooled.to_doubles()}};
  backward(ops::add(ops::weighted_sum(by_node, probe(by_node)),
                    ops::weighted_sum(pooled, probe(pooled))));
  for (const Parameter& parameter : encoder->parameters())
    values[parameter.name] =
        parameter.trained ? parameter.tensor.grad().to_doubles() : parameter.tensor.to_doubles();
  return values;
}

void expect_same_step(const std::vector<Graph>& graphs, EncoderConfig config) {
  config.share_rows = false;
  const auto plain = step_on(encoder_batch(views_of(graphs), config, BatchUse::training), config);
  config.share_rows = true;
  const auto shared = step_on(encoder_batch(views_of(graphs), config, BatchUse::training), config);
  // Some gradients are 0 in theory, the rounding of large ones that cancel: relative to the
  // largest.
  double scale = 1;
  for (const auto& [name, values] : plain) scale = std::max(scale, largest(values));
  for (const auto& [name, values] : plain)
    expect_near(name, shared.at(name), values, 1e-12 * scale);
}

TEST_P(EveryEncoder, CannotTellSharedRowsFromPlainOnes) {
  std::vector<Graph> graphs = some_graphs(12, 9);
  graphs.push_back(graphs[3]);                              // a molecule that comes again
  graphs.push_back(ring_graph(6));                          // a symmetric one
  graphs.push_back(graph_of(7, {{0, 1}, {3, 4}, {4, 5}}));  // one in pieces
  graphs.push_back(path_graph(1));
  EncoderConfig config = small_config(GetParam());
  for (const NamedEntry& jk : jumping_knowledge_names()) {
    SCOPED_TRACE(jk.name);
    config.jk = jk.name;
    for (const double dropout : {0.0, 0.3}) {
      SCOPED_TRACE(dropout);
      config.dropout = dropout;
      expect_same_step(graphs, config);
    }
  }
}

TEST_P(EveryEncoder, CannotTellSharedRowsOfWeightedNetworks) {
  EncoderConfig config = small_config(GetParam());
  config.schema = weighted_schema();
  expect_same_step({weighted_ring(6, 2), weighted_ring(6, 2), weighted_ring(9, 3)}, config);
}

// --- training

TEST_P(EveryEncoder, SendsGradientIntoEveryParameter) {
  const std::vector<Graph> graphs = some_graphs(8, 9);
  for (const NamedEntry& jk : jumping_knowledge_names()) {
    EncoderConfig config = small_config(GetParam());
    config.jk = jk.name;
    const std::unique_ptr<Encoder> encoder = make_encoder(config, 4);
    const GraphBatch batch = graphs::make_batch(views_of(graphs), config.schema, config.layers);
    // Evaluation: in training the biases before a BatchNorm have none in theory. With statistics
    // that fit the batch: before that, one edge number per layer can silence every ReLU.
    for (int step = 0; step < 50; ++step) encoder->forward(batch, {.training = true});
    const Tensor output = encoder->forward(batch, {.training = false});
    backward(ops::weighted_sum(output, probe(output)));
    for (const Parameter& parameter : encoder->parameters()) {
      if (!parameter.trained) continue;
      ASSERT_TRUE(parameter.tensor.grad()) << jk.name << ' ' << parameter.name;
      EXPECT_GT(largest(parameter.tensor.grad().to_doubles()), 1e-9)
          << jk.name << ' ' << parameter.name;
    }
  }
}

TEST_P(EveryEncoder, UpdatesItsStatisticsInTrainingOnly) {
  const std::vector<Graph> graphs = some_graphs(4, 6);
  const EncoderConfig config = small_config(GetParam());
  const std::unique_ptr<Encoder> encoder = make_encoder(config, 4);
  const GraphBatch batch = graphs::make_batch(views_of(graphs), config.schema, config.layers);
  const auto buffers = [&] {
    std::vector<std::vector<double>> values;
    for (const Parameter& parameter : encoder->parameters())
      if (!parameter.trained) values.push_back(parameter.tensor.to_doubles());
    return values;
  };
  const auto before = buffers();
  encoder->forward(batch, {.training = false});
  EXPECT_EQ(buffers(), before);
  encoder->forward(batch, {.training = true});
  encoder->forward(batch, {.training = true});
  const auto after = buffers();
  for (std::size_t i = 0; i < before.size(); ++i) EXPECT_NE(after[i], before[i]);
  for (const Parameter& parameter : encoder->parameters()) {
    if (parameter.name.ends_with("num_batches_tracked")) {
      EXPECT_EQ(parameter.tensor.item(), 2) << parameter.name;
    }
  }
}

TEST_P(EveryEncoder, GivesTheSameBitsOnOneAndTwoThreads) {
  const std::vector<Graph> graphs = some_graphs(120, 25);
  EncoderConfig config = small_config(GetParam(), DType::f32);
  config.width = 64;
  config.dropout = 0.2;
  const GraphBatch batch = graphs::make_batch(views_of(graphs), config.schema, config.layers);
  std::vector<std::vector<std::vector<double>>> seen;
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    const std::unique_ptr<Encoder> encoder = make_encoder(config, 4);
    const Tensor output = encoder->forward(batch, {.training = true, .seed = 4});
    backward(ops::weighted_sum(output, probe(output)));
    std::vector<std::vector<double>> values = {output.to_doubles()};
    for (const Parameter& parameter : encoder->parameters())
      values.push_back(parameter.trained ? parameter.tensor.grad().to_doubles()
                                         : parameter.tensor.to_doubles());
    seen.push_back(std::move(values));
  }
  EXPECT_TRUE(seen[0] == seen[1]);
}

TEST_P(EveryEncoder, DropsByKeyAndInTrainingOnly) {
  const std::vector<Graph> graphs = some_graphs(20, 20);
  EncoderConfig config = small_config(GetParam());
  config.dropout = 0.5;
  const std::unique_ptr<Encoder> encoder = make_encoder(config, 4);
  const GraphBatch batch = graphs::make_batch(views_of(graphs), config.schema, config.layers);
  const auto output = [&](const ForwardContext& context, std::uint32_t stream_base = 0) {
    return encoder->forward(batch, context, stream_base).to_doubles();
  };
  const auto zeros = [](const std::vector<double>& values) {
    return static_cast<double>(std::count(values.begin(), values.end(), 0.0)) /
           static_cast<double>(values.size());
  };
  const ForwardContext context{.training = true, .seed = 1, .epoch = 2, .step = 3};
  const std::vector<double> once = output(context);
  // About 2,700 values; five standard deviations are 0.05.
  EXPECT_NEAR(zeros(once), 0.5, 0.05);
  EXPECT_EQ(output(context), once);
  ForwardContext other = context;
  other.step = 4;
  EXPECT_NE(output(other), once);
  other = context;
  other.epoch = 3;
  EXPECT_NE(output(other), once);
  other = context;
  other.seed = 2;
  EXPECT_NE(output(other), once);
  EXPECT_NE(output(context, 16), once);
  EXPECT_LT(zeros(output({.training = false})), 0.01);
}

// --- odd batches

TEST_P(EveryEncoder, TakesEmptyBatchesAndSingleNodes) {
  const EncoderConfig config = small_config(GetParam());
  for (const bool training : {false, true}) {
    const std::unique_ptr<Encoder> encoder = make_encoder(config, 4);
    const GraphBatch none = graphs::make_batch({}, config.schema, config.layers);
    EXPECT_EQ(encoder->forward(none, {.training = training}).shape(), (Shape{0, 6}));
    const std::vector<Graph> single = {graph_of(1, {})};
    const GraphBatch one = graphs::make_batch(views_of(single), config.schema, config.layers);
    const std::vector<double> states = encoder->forward(one, {.training = training}).to_doubles();
    ASSERT_EQ(states.size(), 6u);
    for (const double state : states) EXPECT_TRUE(std::isfinite(state));
    for (const Parameter& parameter : encoder->parameters())
      for (const double value : parameter.tensor.to_doubles())
        ASSERT_TRUE(std::isfinite(value)) << parameter.name;
  }
}

TEST(Encoder, RefusesABatchOfAnotherDepth) {
  const EncoderConfig config = small_config("gin");
  const std::vector<Graph> graphs = some_graphs(1, 6);
  const GraphBatch batch = graphs::make_batch(views_of(graphs), config.schema, 2);
  const Error error = error_of([&] { make_encoder(config, 0)->forward(batch, {}); });
  EXPECT_STREQ(error.what(), "[encoder] a batch of 2 blocks came to an encoder of 3 layers");
}

TEST_P(EveryEncoder, AnswersTheSameWhereNothingIsRecorded) {
  EncoderConfig config = small_config(GetParam());
  const auto encoder = make_encoder(config, 3);
  const std::vector<Graph> graphs = some_graphs(9, 5);
  const GraphBatch batch = encoder_batch(views_of(graphs), config, BatchUse::training);
  // Running statistics and affine parameters that are not those of the start.
  for (std::uint32_t step = 0; step < 3; ++step)
    encoder->forward(batch, {.training = true, .step = step});
  std::uint32_t item = 0;
  for (Parameter& parameter : encoder->parameters())
    if (parameter.name.starts_with("batch_norms") && parameter.trained)
      for (double& value : parameter.tensor.mutable_values<double>())
        value += Random({.purpose = Purpose::test, .item = ++item}).uniform();
  const Tensor recorded = encoder->forward(batch, {});
  const NoGrad no_grad;
  expect_near("states", encoder->forward(batch, {}).to_doubles(), recorded.to_doubles(), 1e-12);
}

}  // namespace
}  // namespace aufbau::nn
