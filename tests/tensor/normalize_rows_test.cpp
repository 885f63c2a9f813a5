#include <gtest/gtest.h>

#include "tensor/ops.h"

namespace aufbau {
namespace {

// Where finite differences cannot look: a length below the least one is taken for it, and then does
// not follow the row.
TEST(NormalizeRows, DividesShortRowsByTheLeastLength) {
  for (const DType dtype : {DType::f64, DType::f32}) {
    const std::vector<double> rows = {0, 0, 3e-13, 0};
    const Tensor x = Tensor::from(std::span(rows), {2, 2}).to(dtype).set_requires_grad(true);
    const Tensor unit = ops::normalize_rows(x);
    const std::vector<double> values = unit.to_doubles();
    EXPECT_EQ(values[0], 0);
    EXPECT_NEAR(values[2], 0.3, 1e-6);
    backward(ops::weighted_sum(unit, Tensor::full({2, 2}, 1, dtype)));
    for (const double gradient : x.grad().to_doubles()) EXPECT_NEAR(gradient, 1e12, 1e6);
  }
}

}  // namespace
}  // namespace aufbau
