#include <gtest/gtest.h>

#include "errors.h"
#include "op_cases.h"
#include "tensor/ops.h"

// Ops without a gradient, beside the ones that they stand for.
namespace aufbau {
namespace {

/// Rows with 0, 1, 2, 3, 0, ... entries.
RowMap drawn_map(std::int64_t rows, std::int64_t sources, std::int32_t codes) {
  std::vector<std::int32_t> offset{0};
  for (std::int64_t r = 0; r < rows; ++r)
    offset.push_back(offset.back() + static_cast<std::int32_t>(r % 4));
  return make_row_map(sources, offset,
                      testing::drawn_ids(offset.back(), static_cast<std::int32_t>(sources), 8),
                      testing::drawn_ids(offset.back(), codes, 9), codes);
}

TEST(AggregatePerceptron, IsAggregateAndTwoLinearMapsBitForBit) {
  for (const DType dtype : {DType::f32, DType::f64})
    for (const std::int64_t rows : {0, 1, 63, 64, 97, 335, 337, 1000})
      for (const auto last : {ops::Activation::none, ops::Activation::relu}) {
        const auto input = [&](Shape shape, std::uint32_t item) {
          return testing::drawn(std::move(shape), item).to(dtype);
        };
        const RowMap map = drawn_map(rows, 50, 3);
        const Tensor x = input({50, 30}, 1), table = input({3, 30}, 6);
        const Tensor weight1 = input({60, 30}, 2), bias1 = input({60}, 3);
        const Tensor weight2 = input({31, 60}, 4), bias2 = input({31}, 5);
        const Tensor hidden =
            ops::linear(ops::aggregate(x, table, map), weight1, bias1, ops::Activation::relu);
        EXPECT_EQ(ops::aggregate_perceptron(x, table, map, weight1, bias1, weight2, bias2, last)
                      .to_doubles(),
                  ops::linear(hidden, weight2, bias2, last).to_doubles())
            << rows << " rows";
      }
}

TEST(AggregatePerceptron, RefusesToForgetAGradient) {
  const RowMap map = drawn_map(6, 2, 1);
  const Tensor x = testing::drawn({2, 3}, 1).set_requires_grad(true);
  const Tensor table = testing::drawn({1, 3}, 6);
  const Tensor weight1 = testing::drawn({4, 3}, 2), bias1 = testing::drawn({4}, 3);
  const Tensor weight2 = testing::drawn({5, 4}, 4), bias2 = testing::drawn({5}, 5);
  const auto apply = [&] {
    return ops::aggregate_perceptron(x, table, map, weight1, bias1, weight2, bias2);
  };
  testing::expect_error(ErrorKind::internal,
                        "[aggregate_perceptron] it has no gradient; use aggregate and linear",
                        apply);
  const NoGrad no_grad;
  EXPECT_EQ(apply().shape(), (Shape{6, 5}));
}

TEST(FoldBatchNorm, IsTheLinearMapAndTheNormInEvaluation) {
  const Tensor x = testing::drawn({50, 7}, 1), weight = testing::drawn({5, 7}, 2);
  const Tensor bias = testing::drawn({5}, 3);
  ops::BatchNormState state{testing::drawn({5}, 4), testing::drawn({5}, 5), testing::drawn({5}, 6),
                            testing::drawn({5}, 7)};
  for (double& variance : state.running_var.mutable_values<double>()) variance = 1.1 + variance;
  const ops::LinearMap map = ops::fold_batch_norm(weight, bias, state);
  const Tensor apart = ops::batch_norm(ops::linear(x, weight, bias), state, {}, false);
  const std::vector<double> got = ops::linear(x, map.weight, map.bias).to_doubles();
  const std::vector<double> expected = apart.to_doubles();
  ASSERT_EQ(got.size(), expected.size());
  for (std::size_t i = 0; i < got.size(); ++i) EXPECT_NEAR(got[i], expected[i], 1e-13);
}

}  // namespace
}  // namespace aufbau
