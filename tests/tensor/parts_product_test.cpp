// Products in bfloat16 parts on the tile unit, against doubles and against products in f32.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/parallel.h"
#include "op_cases.h"
#include "tensor/cpu/instruction_set.h"
#include "tensor/cpu/parts_product.h"
#include "tensor/ops.h"

namespace aufbau::testing {
namespace {

/// One instruction set while it lives.
class InstructionSet {
 public:
  explicit InstructionSet(const std::string& name) : before_(cpu::instruction_set()) {
    cpu::use_instruction_set(name);
  }
  ~InstructionSet() { cpu::use_instruction_set(before_); }

 private:
  std::string before_;
};

bool has_amx() {
  const auto sets = cpu::instruction_sets();
  return std::find(sets.begin(), sets.end(), "amx") != sets.end();
}
#define AUFBAU_NEEDS_AMX() \
  if (!has_amx()) GTEST_SKIP() << "this processor has no AMX"

struct Layer {
  std::int64_t rows, in, out;
};
/// Whole and broken tiles, panels, blocks of rows and chunks of a sum.
constexpr Layer kLayers[] = {{192, 64, 64},   {193, 65, 97},   {201, 300, 600}, {307, 600, 300},
                             {1025, 96, 128}, {2051, 79, 111}, {8200, 64, 80}};

struct Values {
  Tensor output, grad_x, grad_weight, grad_bias;
};

/// A layer's values in the type asked for, from the same f32 inputs; `absolute`: of their absolute
/// values, which sums of rounding errors are measured by.
Values values_of(const Layer& layer, DType dtype, bool absolute, bool relu) {
  const auto input = [&](Shape shape, std::uint32_t item) {
    std::vector<double> drawn_values = drawn(shape, item).to(DType::f32).to_doubles();
    for (double& value : drawn_values) value = absolute ? std::fabs(value) : value;
    return Tensor::from(drawn_values, std::move(shape)).to(dtype);
  };
  const Tensor x = input({layer.rows, layer.in}, 1).set_requires_grad(true);
  const Tensor weight = input({layer.out, layer.in}, 2).set_requires_grad(true);
  const Tensor bias = input({layer.out}, 3).set_requires_grad(true);
  const Tensor out =
      ops::linear(x, weight, bias, relu ? ops::Activation::relu : ops::Activation::none);
  backward(ops::weighted_sum(out, input({layer.rows, layer.out}, 4)));
  return {out, x.grad(), weight.grad(), bias.grad()};
}

/// The largest difference as a share of the sum of absolute terms.
double error_of(const Tensor& got, const Tensor& expected, const Tensor& size) {
  const auto a = got.to_doubles(), b = expected.to_doubles(), s = size.to_doubles();
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    // A NaN is larger than anything.
    const double error = std::fabs(a[i] - b[i]) / s[i];
    if (!(error <= largest)) largest = std::isnan(error) ? HUGE_VAL : error;
  }
  return largest;
}

TEST(PartsProduct, IsAtLeastAsAccurateAsAProductInFloat) {
  AUFBAU_NEEDS_AMX();
  for (const Layer& layer : kLayers) {
    SCOPED_TRACE(std::to_string(layer.rows) + " x " + std::to_string(layer.in) + " x " +
                 std::to_string(layer.out));
    const Values exact = values_of(layer, DType::f64, false, false);
    const Values size = values_of(layer, DType::f64, true, false);
    Values parts, floats;
    {
      const InstructionSet amx("amx");
      ASSERT_TRUE(cpu::in_parts(layer.out, layer.in));
      parts = values_of(layer, DType::f32, false, false);
    }
    {
      const InstructionSet avx512("avx512");
      ASSERT_FALSE(cpu::in_parts(layer.out, layer.in));
      floats = values_of(layer, DType::f32, false, false);
    }
    // Both round; the largest of many errors is compared, not each.
    constexpr double kSlack = 1.25, kUnit = 6e-8;
    const auto expect_accurate = [&](const Tensor& got, const Tensor& in_float,
                                     const Tensor& expected, const Tensor& absolute) {
      EXPECT_LE(error_of(got, expected, absolute),
                kSlack * error_of(in_float, expected, absolute) + kUnit);
    };
    expect_accurate(parts.output, floats.output, exact.output, size.output);
    expect_accurate(parts.grad_x, floats.grad_x, exact.grad_x, size.grad_x);
    expect_accurate(parts.grad_weight, floats.grad_weight, exact.grad_weight, size.grad_weight);
  }
}

TEST(PartsProduct, WithReluIsThatOfDoubles) {
  AUFBAU_NEEDS_AMX();
  for (const Layer& layer : kLayers) {
    const Tensor got = values_of(layer, DType::f32, false, true).output;
    const Tensor expected = values_of(layer, DType::f64, false, true).output;
    const Tensor size = values_of(layer, DType::f64, true, true).output;
    EXPECT_LE(error_of(got, expected, size), 4e-7) << layer.rows;
  }
}

TEST(PartsProduct, GivesTheSameBitsAtAnyNumberOfThreads) {
  AUFBAU_NEEDS_AMX();
  const auto bits = [&](const Layer& layer, int threads) {
    const ThreadScope scope(threads);
    const Values values = values_of(layer, DType::f32, false, true);
    std::vector<double> all;
    for (const Tensor& one : {values.output, values.grad_x, values.grad_weight}) {
      const auto more = one.to_doubles();
      all.insert(all.end(), more.begin(), more.end());
    }
    return all;
  };
  for (const Layer& layer : kLayers) {
    const auto one = bits(layer, 1);
    for (const int threads : {2, 3}) EXPECT_EQ(bits(layer, threads), one) << layer.rows;
  }
}

TEST(PartsProduct, OfARowDoesNotDependOnTheOtherRows) {
  AUFBAU_NEEDS_AMX();
  const Tensor weight = drawn({600, 300}, 2).to(DType::f32),
               many = drawn({500, 300}, 1).to(DType::f32);
  const auto all = ops::linear(many, weight, Tensor()).to_doubles();
  std::vector<double> moved_values = many.to_doubles();
  std::rotate(moved_values.begin(), moved_values.begin() + 300 * 37, moved_values.end());
  const Tensor moved = Tensor::from(moved_values, {500, 300}).to(DType::f32);
  auto got = ops::linear(moved, weight, Tensor()).to_doubles();
  std::rotate(got.begin(), got.end() - 600 * 37, got.end());
  EXPECT_EQ(got, all);
}

TEST(PartsProduct, LetsWhatIsNotANumberThrough) {
  AUFBAU_NEEDS_AMX();
  const float inf = std::numeric_limits<float>::infinity(), nan = std::nanf("");
  for (const float bad : {nan, -nan, inf, -inf}) {
    std::vector<double> x = drawn({200, 64}, 1).to_doubles();
    x[100 * 64 + 7] = static_cast<double>(bad);
    const auto out = ops::linear(Tensor::from(x, {200, 64}).to(DType::f32),
                                 drawn({70, 64}, 2).to(DType::f32), Tensor(), ops::Activation::relu)
                         .to_doubles();
    for (std::size_t row = 0; row < 200; ++row)
      for (std::size_t column = 0; column < 70; ++column)
        EXPECT_EQ(std::isfinite(out[row * 70 + column]), row != 100) << bad;
  }
}

}  // namespace
}  // namespace aufbau::testing
