// Products of any number of rows: blocks, smaller ones at the end, and what is short of a block
// take different ways.
#include <gtest/gtest.h>

#include "op_cases.h"
#include "tensor/ops.h"

namespace aufbau::testing {
namespace {

struct Answers {
  std::vector<double> output, grad_x, grad_weight, grad_bias;
};

Answers answers(std::int64_t rows, ops::Activation activation, DType dtype) {
  constexpr std::int64_t kIn = 21, kOut = 35;
  const auto input = [&](Shape shape, std::uint32_t item) {
    return drawn(std::move(shape), item).to(DType::f32).to(dtype).set_requires_grad(true);
  };
  const Tensor x = input({rows, kIn}, 1), weight = input({kOut, kIn}, 2), bias = input({kOut}, 3);
  const Tensor out = ops::linear(x, weight, bias, activation);
  backward(ops::weighted_sum(out, drawn({rows, kOut}, 4).to(DType::f32).to(dtype)));
  return {out.to_doubles(), x.grad().to_doubles(), weight.grad().to_doubles(),
          bias.grad().to_doubles()};
}

void expect_close(const std::vector<double>& got, const std::vector<double>& expected,
                  double tolerance, const std::string& what) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  for (std::size_t i = 0; i < got.size(); ++i)
    ASSERT_NEAR(got[i], expected[i], tolerance) << what << ", element " << i;
}

TEST(ProductRows, AreThoseOfDoublesForEveryNumberOfRows) {
  // Sums of up to 35 products of values below 1 round to within 35 units of 6e-8 each; those over
  // the rows to within as many as there are rows.
  for (std::int64_t rows = 1; rows <= 500; rows += rows < 200 ? 1 : 7) {
    for (const auto activation : {ops::Activation::none, ops::Activation::relu}) {
      const Answers got = answers(rows, activation, DType::f32);
      const Answers expected = answers(rows, activation, DType::f64);
      const std::string what = std::to_string(rows) + " rows";
      const double of_row = 35 * 6e-8 * 35, of_sum = of_row * static_cast<double>(rows);
      expect_close(got.output, expected.output, of_row, what);
      expect_close(got.grad_x, expected.grad_x, of_row, what);
      expect_close(got.grad_weight, expected.grad_weight, of_sum, what);
      expect_close(got.grad_bias, expected.grad_bias, of_sum, what);
    }
  }
}

}  // namespace
}  // namespace aufbau::testing
