#include "nn/init.h"

#include <gtest/gtest.h>

#include <cmath>

#include "nn/encoder.h"
#include "testing/near.h"
#include "testing/reference_batch.h"

namespace aufbau::nn {
namespace {

using aufbau::testing::largest;

EncoderConfig published_config() { return {.schema = aufbau::testing::reference_schema()}; }

// U(-b, b) comes within one percent of its bounds in a few hundred draws, and its mean near 0.
void expect_uniform(const Parameter& parameter, double bound) {
  const std::vector<double> values = parameter.tensor.to_doubles();
  EXPECT_LE(largest(values), bound) << parameter.name;
  EXPECT_GT(largest(values), 0.97 * bound) << parameter.name;
  double sum = 0;
  for (const double value : values) sum += value;
  // Five standard deviations of the mean.
  EXPECT_LT(std::abs(sum), 5 * bound * std::sqrt(static_cast<double>(values.size()) / 3))
      << parameter.name;
}

TEST(Initialisation, StaysWithinThePublishedBounds) {
  const std::unique_ptr<Encoder> encoder = make_encoder(published_config(), 1);
  for (const Parameter& parameter : encoder->parameters()) {
    const std::string& name = parameter.name;
    if (name == "x_embedding1.weight")
      expect_uniform(parameter, 0.119523);
    else if (name == "x_embedding2.weight")
      expect_uniform(parameter, 0.140720);
    else if (name.ends_with("edge_embedding1.weight"))
      expect_uniform(parameter, 0.140028);
    else if (name.ends_with("edge_embedding2.weight"))
      expect_uniform(parameter, 0.140720);
    else if (name.find("mlp.0.") != std::string::npos)
      expect_uniform(parameter, 1 / std::sqrt(300.0));
    else if (name.find("mlp.2.") != std::string::npos)
      expect_uniform(parameter, 1 / std::sqrt(600.0));
  }
}

TEST(Initialisation, StartsBatchNormAsIdentity) {
  const std::unique_ptr<Encoder> encoder = make_encoder(published_config(), 1);
  for (const Parameter& parameter : encoder->parameters()) {
    if (!parameter.name.starts_with("batch_norms.")) continue;
    const bool one = parameter.name.ends_with("weight") || parameter.name.ends_with("running_var");
    for (const double value : parameter.tensor.to_doubles())
      ASSERT_EQ(value, one ? 1 : 0) << parameter.name;
  }
}

TEST(Initialisation, IsDrawnFromTheKeyOfTheParameter) {
  const std::unique_ptr<Encoder> encoder = make_encoder(published_config(), 7, 100);
  const Parameters parameters = encoder->parameters();
  for (const std::uint32_t index : {0u, 1u, 5u}) {
    Random random({.seed = 7, .purpose = Purpose::initialise, .item = 100 + index});
    const Tensor& tensor = parameters[index].tensor;
    const double fan = index == 5 ? 0 : static_cast<double>(tensor.rows() + tensor.cols());
    const double bound = index == 5 ? 1 / std::sqrt(600.0) : std::sqrt(6 / fan);
    for (const float value : tensor.values<float>())
      ASSERT_EQ(value, static_cast<float>(bound * (2 * random.uniform() - 1)))
          << parameters[index].name;
  }
}

TEST(Initialisation, IsTheSameInBothPrecisions) {
  EncoderConfig config = published_config();
  config.width = 8;
  const Parameters single = make_encoder(config, 3)->parameters();
  config.dtype = DType::f64;
  const Parameters twice = make_encoder(config, 3)->parameters();
  ASSERT_EQ(single.size(), twice.size());
  for (std::size_t i = 0; i < single.size(); ++i) {
    EXPECT_EQ(single[i].tensor.to_doubles(), twice[i].tensor.to_doubles()) << single[i].name;
    EXPECT_EQ(twice[i].tensor.dtype(),
              single[i].tensor.dtype() == DType::i64 ? DType::i64 : DType::f64);
  }
}

TEST(Initialisation, DiffersBetweenSeedsAndParameters) {
  EncoderConfig config = published_config();
  config.width = 8;
  const Parameters one = make_encoder(config, 1)->parameters();
  const Parameters two = make_encoder(config, 2)->parameters();
  EXPECT_NE(one[0].tensor.to_doubles(), two[0].tensor.to_doubles());
  EXPECT_NE(tensor_named(one, "gnns.0.mlp.0.weight").to_doubles(),
            tensor_named(one, "gnns.1.mlp.0.weight").to_doubles());
}

TEST(LinearHead, StartsWithinTheBoundOfItsInput) {
  const LinearHead head("graph_pred_linear", 400, 12, DType::f32, 5, 3);
  const Parameters parameters = head.parameters();
  ASSERT_EQ(parameters.size(), 2u);
  EXPECT_EQ(parameters[0].name, "graph_pred_linear.weight");
  EXPECT_EQ(parameters[0].tensor.shape(), (Shape{12, 400}));
  EXPECT_EQ(parameters[1].name, "graph_pred_linear.bias");
  EXPECT_EQ(parameters[1].tensor.shape(), (Shape{12}));
  expect_uniform(parameters[0], 0.05);
  EXPECT_LE(largest(parameters[1].tensor.to_doubles()), 0.05);
  EXPECT_EQ(head.outputs(), 12);
  Random random({.seed = 5, .purpose = Purpose::head, .item = 4});
  EXPECT_EQ(parameters[1].tensor.values<float>()[0],
            static_cast<float>(0.05 * (2 * random.uniform() - 1)));
}

TEST(LinearHead, AppliesTheWeightsItHandsOut) {
  const LinearHead head("head", 2, 1, DType::f64, 0, 0);
  Parameters parameters = head.parameters();
  parameters[0].tensor.mutable_values<double>()[0] = 2;
  parameters[0].tensor.mutable_values<double>()[1] = -1;
  parameters[1].tensor.mutable_values<double>()[0] = 10;
  const double x[] = {1, 2, 3, 4};
  EXPECT_EQ(head.forward(Tensor::from(std::span<const double>(x), {2, 2})).to_doubles(),
            (std::vector<double>{10, 12}));
}

}  // namespace
}  // namespace aufbau::nn
