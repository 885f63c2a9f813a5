// Gradients of a weight over more rows than are summed in one go, against plain sums.
#include <gtest/gtest.h>

#include "op_cases.h"
#include "tensor/ops.h"

namespace aufbau::testing {
namespace {

void expect_plain_sums(std::int64_t rows, std::int64_t in, std::int64_t out, DType dtype) {
  const Tensor x = drawn({rows, in}, 1).to(dtype), slope = drawn({rows, out}, 2).to(dtype);
  Tensor weight = drawn({out, in}, 3).to(dtype).set_requires_grad(true);
  backward(ops::weighted_sum(ops::linear(x, weight, {}), slope));
  const std::vector<double> left = slope.to_doubles(), right = x.to_doubles();
  const std::vector<double> gradient = weight.grad().to_doubles();
  for (std::int64_t o = 0; o < out; ++o)
    for (std::int64_t i = 0; i < in; ++i) {
      double sum = 0;
      for (std::int64_t r = 0; r < rows; ++r) sum += left[r * out + o] * right[r * in + i];
      EXPECT_NEAR(gradient[o * in + i], sum, dtype == DType::f64 ? 1e-10 : 2e-3)
          << rows << " rows, weight " << o << ", " << i;
    }
}

TEST(LongGradient, IsThePlainSumOverAllRows) {
  for (const std::int64_t rows : {1023, 1024, 1025, 3001})
    for (const DType dtype : {DType::f32, DType::f64}) {
      expect_plain_sums(rows, 5, 37, dtype);
      expect_plain_sums(rows, 37, 5, dtype);
    }
}

}  // namespace
}  // namespace aufbau::testing
