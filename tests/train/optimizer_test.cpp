#include "train/optimizer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/parallel.h"
#include "testing/errors.h"

namespace aufbau::train {
namespace {

using testing::error_of;
using testing::says;

Tensor vector_of(std::vector<double> values, DType dtype = DType::f64) {
  return Tensor::from(std::span<const double>(values), {static_cast<std::int64_t>(values.size())})
      .to(dtype);
}

nn::Parameter parameter_of(const std::string& name, std::vector<double> values,
                           std::vector<double> gradient, DType dtype = DType::f64) {
  nn::Parameter parameter{name, vector_of(std::move(values), dtype).clone(), true};
  parameter.tensor.set_requires_grad(true);
  parameter.tensor.set_grad(vector_of(std::move(gradient), dtype));
  return parameter;
}

OptimizerOptions options_of(bool torch101 = false) {
  OptimizerOptions options;
  options.torch101_adam = torch101;
  options.eps = 1e-2;  // large enough to tell the two placements apart
  return options;
}

// By hand: m = 0.1 g, v = 0.001 g^2 after one step, so m / (1 - 0.9) = g and sqrt(v / (1 - 0.999))
// = |g|.
TEST(Adam, TheFirstStepIsLrTimesGradientOverItsSizePlusEps) {
  for (const DType dtype : {DType::f64, DType::f32}) {
    nn::Parameter p = parameter_of("p", {1.0, -2.0}, {0.5, -4.0}, dtype);
    Adam adam({p}, options_of());
    adam.step(0.1);
    const auto values = p.tensor.to_doubles();
    const double tolerance = dtype == DType::f64 ? 1e-14 : 1e-6;
    EXPECT_NEAR(values[0], 1.0 - 0.1 * 0.5 / (0.5 + 1e-2), tolerance);
    EXPECT_NEAR(values[1], -2.0 + 0.1 * 4.0 / (4.0 + 1e-2), tolerance);
  }
}

TEST(Adam, TheOldPlacementAddsEpsBeforeTheCorrection) {
  nn::Parameter p = parameter_of("p", {1.0}, {0.5});
  Adam adam({p}, options_of(true));
  adam.step(0.1);
  const double root = std::sqrt(0.001 * 0.25);
  EXPECT_NEAR(p.tensor.item(), 1.0 - 0.1 * std::sqrt(0.001) / 0.1 * 0.05 / (root + 1e-2), 1e-14);
}

TEST(Adam, TheSecondStepRemembersTheFirst) {
  nn::Parameter p = parameter_of("p", {1.0}, {0.5});
  Adam adam({p}, options_of());
  adam.step(0.1);
  const double after_one = p.tensor.item();
  p.tensor.set_grad(vector_of({-1.0}));
  adam.step(0.2);
  const double m = (0.9 * 0.05 + 0.1 * -1.0) / (1 - 0.81);
  const double v = (0.999 * 0.00025 + 0.001 * 1.0) / (1 - 0.999 * 0.999);
  EXPECT_NEAR(p.tensor.item(), after_one - 0.2 * m / (std::sqrt(v) + 1e-2), 1e-14);
}

TEST(Adam, WeightDecayIsAddedToTheGradient) {
  OptimizerOptions options = options_of();
  options.weight_decay = 0.25;
  nn::Parameter decayed = parameter_of("p", {2.0}, {0.5});
  nn::Parameter plain = parameter_of("p", {2.0}, {1.0});
  Adam(nn::Parameters{decayed}, options).step(0.1);
  Adam(nn::Parameters{plain}, options_of()).step(0.1);
  EXPECT_EQ(decayed.tensor.item(), plain.tensor.item());
}

TEST(Adam, ClippingScalesAllGradientsByTheirCommonNorm) {
  OptimizerOptions options = options_of();
  options.gradient_clip = 1;
  nn::Parameter a = parameter_of("a", {0.0}, {3.0}), b = parameter_of("b", {0.0}, {4.0});
  Adam adam({a, b}, options);
  adam.step(0.1);
  EXPECT_DOUBLE_EQ(adam.last_gradient_norm(), 5.0);
  EXPECT_NEAR(a.tensor.item(), -0.1 * 0.6 / (0.6 + 1e-2), 1e-14);
  EXPECT_NEAR(b.tensor.item(), -0.1 * 0.8 / (0.8 + 1e-2), 1e-14);
}

TEST(Adam, AParameterHasItsOwnLearningRateScale) {
  nn::Parameter a = parameter_of("a", {0.0}, {1.0}), b = parameter_of("b", {0.0}, {1.0});
  Adam adam({a, b}, options_of(), {1.0, 3.0});
  adam.step(0.1);
  EXPECT_NEAR(b.tensor.item(), 3 * a.tensor.item(), 1e-15);
}

TEST(Adam, AParameterWithoutGradientAndABufferAreLeftAlone) {
  nn::Parameter idle = parameter_of("idle", {1.0}, {1.0}), buffer{"b", vector_of({7.0}), false};
  nn::Parameter busy = parameter_of("busy", {1.0}, {1.0});
  idle.tensor.set_grad(Tensor());
  Adam adam({idle, buffer, busy}, options_of());
  adam.step(0.1);
  EXPECT_EQ(idle.tensor.item(), 1.0);
  EXPECT_EQ(buffer.tensor.item(), 7.0);
  EXPECT_NE(busy.tensor.item(), 1.0);
}

TEST(Adam, AGradientThatIsNotFiniteIsNamedAndChangesNothing) {
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    nn::Parameter good = parameter_of("good", {1.0}, {1.0});
    nn::Parameter poor = parameter_of("poor", {1.0, 1.0}, {0.0, bad}, DType::f32);
    Adam adam({good, poor}, options_of());
    const Error error = error_of([&] { adam.step(0.1); });
    EXPECT_EQ(error.kind(), ErrorKind::non_finite);
    EXPECT_TRUE(says(error, "poor")) << error.what();
    EXPECT_EQ(good.tensor.item(), 1.0);
  }
}

TEST(Adam, ContinuesFromItsStateBitForBit) {
  nn::Parameter p = parameter_of("p", {1.0, 2.0, 3.0}, {0.1, -0.2, 0.3}, DType::f32);
  Adam adam({p}, options_of());
  adam.step(0.1);
  nn::Parameter copy{"p", p.tensor.clone(), true};
  copy.tensor.set_requires_grad(true);
  copy.tensor.set_grad(p.tensor.grad());
  Adam resumed({copy}, options_of());
  resumed.load_state(adam.state());
  adam.step(0.05);
  resumed.step(0.05);
  EXPECT_EQ(p.tensor.to_doubles(), copy.tensor.to_doubles());
}

TEST(Adam, RefusesTheStateOfAnotherModel) {
  nn::Parameter p = parameter_of("p", {1.0}, {1.0}), longer = parameter_of("p", {1, 2}, {1, 2});
  nn::Parameter other = parameter_of("q", {1.0}, {1.0});
  const auto state = Adam({p}, options_of()).state();
  for (const nn::Parameter& parameter : {longer, other}) {
    Adam adam({parameter}, options_of());
    EXPECT_EQ(error_of([&] { adam.load_state(state); }).kind(), ErrorKind::mismatch);
  }
}

TEST(Adam, GivesTheSameBitsAtAnyNumberOfThreads) {
  const auto run = [](int threads) {
    const ThreadScope scope(threads);
    std::vector<double> values(100003), gradient(100003);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = std::sin(static_cast<double>(i));
      gradient[i] = std::cos(3.0 * static_cast<double>(i));
    }
    nn::Parameter p = parameter_of("p", values, gradient, DType::f32);
    OptimizerOptions options;
    options.gradient_clip = 0.5;
    Adam adam({p}, options);
    for (int step = 0; step < 3; ++step) adam.step(0.01);
    auto result = p.tensor.to_doubles();
    result.push_back(adam.last_gradient_norm());
    return result;
  };
  const auto one = run(1);
  for (const int threads : {2, 3, 7}) EXPECT_EQ(run(threads), one);
}

TEST(Adam, RefusesOptionsOutOfRange) {
  const auto kind_with = [](auto change) {
    OptimizerOptions options;
    change(options);
    return error_of([&] { check_optimizer_options(options); }).kind();
  };
  EXPECT_EQ(kind_with([](auto& o) { o.init_lr = 0; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.init_lr = NAN; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.beta1 = 1; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.beta2 = -0.1; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.eps = 0; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.weight_decay = -1; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.gradient_clip = INFINITY; }), ErrorKind::usage);
}

}  // namespace
}  // namespace aufbau::train
