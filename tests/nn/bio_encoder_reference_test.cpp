// Known answers of the encoders for networks (bio_encoder.h5, made by
// scripts/reference/bio_encoder.py).
#include <gtest/gtest.h>

#include "nn/encoder.h"
#include "nn/model_file.h"
#include "nn/pooling.h"
#include "tensor/ops.h"
#include "testing/near.h"
#include "testing/reference.h"
#include "testing/reference_batch.h"

namespace aufbau::nn {
namespace {

using aufbau::testing::expect_near;
using aufbau::testing::largest;
using aufbau::testing::ReferenceFile;

constexpr double kTolerance = 1e-10;

/// One node column with a flag, and as many values per edge as the file has.
graphs::FeatureSchema network_of_values(std::int64_t values) {
  graphs::FeatureSchema schema;
  schema.name = "test-network";
  schema.node = {{"flag", 2, {}}};
  for (std::int64_t i = 0; i < values; ++i) schema.edge_values.push_back("v" + std::to_string(i));
  return schema;
}

std::vector<graphs::Graph> graphs_of(const ReferenceFile& file) {
  const std::vector<std::int32_t> sizes = file.ints("/graphs/sizes"),
                                  flags = file.ints("/graphs/x"),
                                  edges = file.ints("/graphs/edges"),
                                  centres = file.ints("/graphs/centres");
  const std::vector<double> values = file.doubles("/graphs/values");
  const std::size_t columns = values.size() / (edges.size() / 2);
  std::vector<graphs::Graph> graphs;
  std::int32_t first = 0;
  for (std::size_t g = 0; g < sizes.size(); ++g) {
    graphs::Graph graph;
    graph.node_columns = 1;
    graph.centre = centres[g];
    for (std::int32_t v = first; v < first + sizes[g]; ++v)
      graph.node_codes.push_back(static_cast<std::uint16_t>(flags[static_cast<std::size_t>(v)]));
    for (std::size_t e = 0; e < edges.size() / 2; ++e) {
      if (edges[2 * e] < first || edges[2 * e] >= first + sizes[g]) continue;
      graph.begin.push_back(edges[2 * e] - first);
      graph.end.push_back(edges[2 * e + 1] - first);
      for (std::size_t c = 0; c < columns; ++c)
        graph.edge_values.push_back(static_cast<float>(values[e * columns + c]));
    }
    first += sizes[g];
    graphs.push_back(std::move(graph));
  }
  return graphs;
}

struct Case {
  ReferenceFile file{"bio_encoder.h5"};
  std::vector<graphs::Graph> graphs = graphs_of(file);
  graphs::FeatureSchema schema = network_of_values(file.shape("/graphs/values")[1]);
};

int layer_count(const ReferenceFile& file, const std::string& encoder) {
  int layers = 0;
  while (file.has("/" + encoder + "/parameters/gnns." + std::to_string(layers) +
                  ".edge_encoder.weight"))
    ++layers;
  return layers;
}

std::unique_ptr<Encoder> loaded(const Case& known, const std::string& name, const std::string& jk) {
  const std::string path = "/" + name;
  const EncoderConfig config{.type = name,
                             .layers = layer_count(known.file, name),
                             .width = static_cast<int>(known.file.shape(path + "/last")[1]),
                             .jk = jk,
                             .schema = known.schema,
                             .dtype = DType::f64};
  auto encoder = make_encoder(config, 0);
  std::vector<store::NamedTensor> tensors;
  for (const auto& [tensor_name, tensor] : known.file.tensors(path + "/parameters"))
    if (!tensor_name.ends_with("num_batches_tracked")) tensors.push_back({tensor_name, tensor});
  Parameters parameters = encoder->parameters();
  const LoadReport report = load_parameters(tensors, parameters);
  EXPECT_EQ(report.skipped, std::vector<std::string>());
  for (const std::string& fresh : report.fresh)
    EXPECT_TRUE(fresh.ends_with("num_batches_tracked")) << fresh;
  return encoder;
}

class BioEncoder : public ::testing::TestWithParam<std::string> {
 protected:
  Case known_;
  const ReferenceFile& file() const { return known_.file; }
  graphs::GraphBatch batch(const Encoder& encoder) const {
    return graphs::make_batch(aufbau::testing::views_of(known_.graphs), known_.schema,
                              encoder.config().layers);
  }
  void expect_output(const Tensor& got, const std::string& name) const {
    const std::vector<double> expected = file().doubles("/" + GetParam() + "/" + name);
    expect_near(name, got.to_doubles(), expected, kTolerance * largest(expected));
  }
};
INSTANTIATE_TEST_SUITE_P(Known, BioEncoder, ::testing::ValuesIn([] {
                           std::vector<std::string> names;
                           for (const std::string& group :
                                ReferenceFile("bio_encoder.h5").groups("/"))
                             if (group != "graphs") names.push_back(group);
                           return names;
                         }()));

TEST_P(BioEncoder, AgreesForwardAndInItsSumOfLevels) {
  const auto last = loaded(known_, GetParam(), "last");
  expect_output(last->forward(batch(*last), {.training = true}), "last");
  const Parameters parameters = last->parameters();
  if (file().has("/" + GetParam() + "/running_after_train"))
    for (const auto& [name, expected] : file().tensors("/" + GetParam() + "/running_after_train"))
      expect_near(name, tensor_named(parameters, name).to_doubles(), expected.to_doubles(),
                  kTolerance * largest(expected.to_doubles()));
  expect_output(last->forward(batch(*last), {}), "eval_last");
  const auto sum = loaded(known_, GetParam(), "sum");
  expect_output(sum->forward(batch(*sum), {.training = true}), "sum");
}

TEST_P(BioEncoder, AgreesInTheReadOutAndItsGradients) {
  const auto encoder = loaded(known_, GetParam(), "last");
  const graphs::GraphBatch all = batch(*encoder);
  const Tensor pooled =
      pool("mean-centre", encoder->forward(all, {.training = true}), all.read_out());
  expect_output(pooled, "mean_centre");
  const Tensor loss = ops::weighted_sum(
      pooled, Tensor::from(std::span<const double>(file().doubles("/probe")), pooled.shape()));
  EXPECT_NEAR(loss.item(), file().scalar("/" + GetParam() + "/loss"), 1e-10);
  backward(loss);
  const auto expected = file().tensors("/" + GetParam() + "/grad");
  double top = 0;
  for (const auto& [name, gradient] : expected) top = std::max(top, largest(gradient.to_doubles()));
  std::size_t trained = 0;
  for (const Parameter& parameter : encoder->parameters()) {
    if (!parameter.trained) continue;
    ++trained;
    ASSERT_TRUE(expected.contains(parameter.name)) << parameter.name;
    const std::vector<double> values = expected.at(parameter.name).to_doubles();
    expect_near("gradient of " + parameter.name, parameter.tensor.grad().to_doubles(), values,
                kTolerance * std::max(largest(values), 1e-3 * top));
  }
  EXPECT_EQ(trained, expected.size());
}

/// The numbers of trained values that the published models have: 300 wide, five layers, seven
/// relation flags beside the two flags of ours.
TEST(BioEncoderSizes, AreThoseOfThePublishedModels) {
  const std::map<std::string, std::int64_t> published = {{"bio-gin", 2'726'100},
                                                         {"bio-gcn", 467'100},
                                                         {"bio-graphsage", 467'100},
                                                         {"bio-gat", 941'100}};
  for (const auto& [name, expected] : published) {
    std::int64_t values = 0;
    for (const ParameterSpec& spec : encoder_specs({.type = name, .schema = network_of_values(7)}))
      if (spec.trained) values += element_count(spec.shape);
    EXPECT_EQ(values, expected) << name;
  }
}

}  // namespace
}  // namespace aufbau::nn
