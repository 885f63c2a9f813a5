#include "report/benchmark/products.h"

#include <gtest/gtest.h>

#include "tensor/ops.h"

namespace aufbau::report {
namespace {

Tensor parameter(Shape shape) {
  return Tensor::full(std::move(shape), 0.5, DType::f32).set_requires_grad(true);
}

TEST(RecordedProducts, TellsWhichGradientsFollow) {
  const Tensor x = Tensor::full({7, 3}, 1, DType::f32);
  const Tensor first = parameter({5, 3}), second = parameter({2, 5});
  const Tensor out = ops::linear(ops::linear(x, first, {}), second, {});
  auto products = recorded_products({out});
  ASSERT_EQ(products.size(), 2u);
  EXPECT_EQ(products[0].rows, 7);
  EXPECT_EQ(products[0].in, 5);
  EXPECT_EQ(products[0].out, 2);
  EXPECT_TRUE(products[0].x_gradient);
  EXPECT_EQ(products[1].in, 3);
  EXPECT_EQ(products[1].out, 5);
  EXPECT_FALSE(products[1].x_gradient) << "the input is data";
  EXPECT_TRUE(products[1].weight_gradient);
  EXPECT_EQ(floating_point_operations(products, false), 2.0 * 7 * (3 * 5 + 5 * 2));
  EXPECT_EQ(floating_point_operations(products, true), 2.0 * 7 * (2 * 3 * 5 + 3 * 5 * 2));
}

TEST(RecordedProducts, BecomeTheProductsOfAStepInItsOrder) {
  const Tensor x = Tensor::full({7, 3}, 1, DType::f32);
  const Tensor first = parameter({5, 3}), second = parameter({2, 5});
  const auto products = recorded_products({ops::linear(ops::linear(x, first, {}), second, {})});
  const std::vector<GemmShape> forward = {{false, true, 7, 5, 3}, {false, true, 7, 2, 5}};
  EXPECT_EQ(gemm_shapes(products, false), forward);
  std::vector<GemmShape> step = forward;
  step.insert(step.end(),
              {{false, false, 7, 5, 2}, {true, false, 2, 5, 7}, {true, false, 5, 3, 7}});
  EXPECT_EQ(gemm_shapes(products, true), step);
}

TEST(RecordedProducts, CountsASharedLayerOnce) {
  const Tensor x = Tensor::full({4, 3}, 1, DType::f32);
  const Tensor hidden = ops::linear(x, parameter({3, 3}), {});
  EXPECT_EQ(recorded_products({ops::add(hidden, hidden), hidden}).size(), 1u);
}

TEST(RecordedProducts, NothingIsRecordedWithoutGradients) {
  const NoGrad off;
  const Tensor x = Tensor::full({4, 3}, 1, DType::f32);
  EXPECT_TRUE(recorded_products({ops::linear(x, parameter({3, 3}), {})}).empty());
}

}  // namespace
}  // namespace aufbau::report
