#include <gtest/gtest.h>

#include "op_cases.h"

namespace aufbau {
namespace {

using testing::drawn;

ops::BatchNormState state_of(std::int64_t width) {
  ops::BatchNormState state{drawn({width}, 20), drawn({width}, 21),
                            Tensor::full({width}, 0.5, DType::f64),
                            Tensor::full({width}, 2, DType::f64)};
  state.weight.set_requires_grad(true);
  state.bias.set_requires_grad(true);
  return state;
}

void expect_near(const Tensor& a, const Tensor& b) {
  const auto x = a.to_doubles(), y = b.to_doubles();
  ASSERT_EQ(x.size(), y.size());
  for (std::size_t i = 0; i < x.size(); ++i)
    ASSERT_NEAR(x[i], y[i], 1e-12) << i;  // sums of some hundred values around one, in double
}

TEST(BatchNorm, MultiplicitiesEqualRepeatedRows) {
  constexpr std::int64_t kRows = 500, kWidth = 37;
  std::vector<std::int32_t> copies = testing::drawn_ids(kRows, 4, 1), source;
  for (std::int32_t r = 0; r < kRows; ++r)
    source.insert(source.end(), static_cast<std::size_t>(++copies[r]), r);
  const RowMap repeat = make_gather(kRows, source);
  const Tensor multiplicity =
      Tensor::from(std::span<const std::int32_t>(copies), {kRows}).to(DType::f64);
  const Tensor weight = drawn({repeat.rows, kWidth}, 3);

  // Shared: normalise the distinct rows, then repeat the result. Plain: repeat first.
  const auto run = [&](bool shared, const Tensor& x, ops::BatchNormState& state) {
    const Tensor out =
        shared
            ? ops::gather_rows(ops::batch_norm(x, state, multiplicity, true, ops::Activation::relu),
                               repeat)
            : ops::batch_norm(ops::gather_rows(x, repeat), state, {}, true, ops::Activation::relu);
    backward(ops::weighted_sum(out, weight));
    return out;
  };
  Tensor x = drawn({kRows, kWidth}, 2).set_requires_grad(true);
  Tensor y = x.clone().set_requires_grad(true);
  auto shared_state = state_of(kWidth), plain_state = state_of(kWidth);
  const Tensor shared = run(true, x, shared_state), plain = run(false, y, plain_state);
  expect_near(shared, plain);
  expect_near(shared_state.running_mean, plain_state.running_mean);
  expect_near(shared_state.running_var, plain_state.running_var);
  expect_near(shared_state.weight.grad(), plain_state.weight.grad());
  expect_near(shared_state.bias.grad(), plain_state.bias.grad());
  expect_near(x.grad(), y.grad());
}

TEST(BatchNorm, RunningStatisticsMoveTowardsTheUnbiasedOnes) {
  auto state = state_of(1);
  const Tensor x = Tensor::from(std::vector<double>{1, 2, 6}, {3, 1});
  ops::batch_norm(x, state, {}, true);
  EXPECT_DOUBLE_EQ(state.running_mean.item(), 0.9 * 0.5 + 0.1 * 3);
  EXPECT_DOUBLE_EQ(state.running_var.item(), 0.9 * 2 + 0.1 * 7);
  ops::batch_norm(x, state, {}, false);
  EXPECT_DOUBLE_EQ(state.running_mean.item(), 0.75);
}

TEST(BatchNorm, ASingleRowLeavesTheRunningStatisticsAlone) {
  auto state = state_of(2);
  const Tensor out = ops::batch_norm(drawn({1, 2}, 4), state, {}, true);
  expect_near(out.reshape({2}), state.bias);
  EXPECT_EQ(state.running_var.to_doubles(), (std::vector<double>{2, 2}));
  ops::batch_norm(drawn({0, 2}, 4), state, {}, true);
  EXPECT_EQ(state.running_mean.to_doubles(), (std::vector<double>{0.5, 0.5}));
}

TEST(BatchNorm, OneRowThatStandsForTwoCounts) {
  auto state = state_of(1);
  ops::batch_norm(Tensor::full({1, 1}, 3, DType::f64), state, Tensor::full({1}, 2, DType::f64),
                  true);
  EXPECT_DOUBLE_EQ(state.running_mean.item(), 0.9 * 0.5 + 0.1 * 3);
  EXPECT_DOUBLE_EQ(state.running_var.item(), 0.9 * 2);
}

TEST(BatchNorm, KeepsItsPrecisionFarFromZero) {
  // Values 4096 + {0, 1, 2}: sums of squares in f32 would lose the variance.
  std::vector<float> values(3000);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = 4096 + static_cast<float>(i % 3);
  ops::BatchNormState state{Tensor::full({1}, 1, DType::f32), Tensor::zeros({1}, DType::f32),
                            Tensor::zeros({1}, DType::f32), Tensor::zeros({1}, DType::f32)};
  const Tensor x = Tensor::from(std::span<const float>(values), {3000, 1});
  const Tensor out = ops::batch_norm(x, state, {}, true);
  EXPECT_NEAR(out.values<float>()[0], -1.2247, 1e-3);
  EXPECT_NEAR(state.running_var.item(), 0.1 * 2.0 / 3 * 3000 / 2999, 1e-4);
}

}  // namespace
}  // namespace aufbau
