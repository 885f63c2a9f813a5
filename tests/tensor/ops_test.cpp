#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "core/parallel.h"
#include "op_cases.h"
#include "tensor/cpu/instruction_set.h"

namespace aufbau::testing {
namespace {

/// Rounding of one or two units of the last place per addition, of values around `scale`.
constexpr double kDoubleTolerance = 1e-12, kFloatTolerance = 2e-5;

double largest(const std::vector<double>& values) {
  double result = 1;
  for (const double value : values) result = std::max(result, std::abs(value));
  return result;
}

void expect_near(const Tensor& got, const std::vector<double>& expected, double tolerance,
                 const std::string& what) {
  const std::vector<double> values = got.to_doubles();
  ASSERT_EQ(values.size(), expected.size()) << what;
  const double allowed = tolerance * largest(expected);
  for (std::size_t i = 0; i < values.size(); ++i)
    ASSERT_NEAR(values[i], expected[i], allowed) << what << ", element " << i;
}

void expect_same_bits(const Tensor& a, const Tensor& b, const std::string& what) {
  ASSERT_EQ(a.shape(), b.shape()) << what;
  ASSERT_EQ(std::memcmp(a.raw(), b.raw(), a.size() * size_of(a.dtype())), 0) << what;
}

/// Every gradient of `op` in f64 against central differences.
void expect_gradients(const OpCase& op, std::size_t at_most_per_input) {
  // The error of the difference is about step^2 + 1e-16 / step.
  constexpr double kStep = 1e-5, kTolerance = 5e-8;
  const Evaluated analytic = evaluate(op, DType::f64);
  for (std::size_t k = 0; k < op.inputs.size(); ++k) {
    ASSERT_TRUE(analytic.gradients[k]) << op.name << ": input " << k << " got no gradient";
    const std::vector<double> gradient = analytic.gradients[k].to_doubles();
    const std::size_t stride = std::max<std::size_t>(1, gradient.size() / at_most_per_input);
    for (std::size_t i = 0; i < gradient.size(); i += stride) {
      const auto moved = [&](double by) {
        OpCase other = op;
        other.inputs[k] = op.inputs[k].clone();
        other.inputs[k].mutable_values<double>()[i] += by;
        return evaluate(other, DType::f64).loss;
      };
      const double difference = (moved(kStep) - moved(-kStep)) / (2 * kStep);
      ASSERT_NEAR(gradient[i], difference, kTolerance * std::max(1.0, std::abs(analytic.loss)))
          << op.name << ": input " << k << ", element " << i;
    }
  }
}

constexpr std::int64_t kRows[] = {0, 1, 2, 31, 33, 257};
constexpr std::int64_t kWidths[] = {1, 5, 16, 37};

TEST(OpCases, GiveTheWrittenAnswers) {
  for (const OpCase& op : written_cases()) {
    expect_near(evaluate(op, DType::f64).output, op.expected, kDoubleTolerance, op.name);
    expect_near(evaluate(op, DType::f32).output, op.expected, kFloatTolerance, op.name + " in f32");
  }
}

TEST(OpCases, HaveTheGradientsOfFiniteDifferences) {
  for (const OpCase& op : written_cases()) expect_gradients(op, 1000);
  for (const SizedCase& sized : sized_cases())
    for (const auto& [rows, width] : {std::pair{7, 5}, std::pair{33, 17}})
      expect_gradients(sized.make(rows, width), 60);
}

TEST(OpCases, AgreeBetweenFloatAndDoubleAtOddSizesOnEveryInstructionSet) {
  const std::string best = cpu::instruction_set();
  for (const std::string& level : cpu::instruction_sets()) {
    cpu::use_instruction_set(level);
    for (const SizedCase& sized : sized_cases()) {
      for (const std::int64_t rows : kRows) {
        for (const std::int64_t width : kWidths) {
          const OpCase op = sized.make(rows, width);
          const Evaluated in_double = evaluate(op, DType::f64), in_float = evaluate(op, DType::f32);
          const std::string what = op.name + " of " + std::to_string(rows) + " x " +
                                   std::to_string(width) + " with " + level;
          expect_near(in_float.output, in_double.output.to_doubles(), kFloatTolerance, what);
          for (std::size_t k = 0; k < op.inputs.size(); ++k)
            expect_near(in_float.gradients[k], in_double.gradients[k].to_doubles(),
                        // the slope of a BatchNorm over equal rows is 1 / sqrt(eps) = 316
                        rows < 2 ? 316 * kFloatTolerance : kFloatTolerance,
                        what + ", gradient " + std::to_string(k));
        }
      }
    }
  }
  cpu::use_instruction_set(best);
}

TEST(OpCases, AgreeBetweenInstructionSets) {
  const std::string best = cpu::instruction_set();
  for (const SizedCase& sized : sized_cases()) {
    const OpCase op = sized.make(257, 37);
    cpu::use_instruction_set("baseline");
    const Evaluated plain = evaluate(op, DType::f64);
    for (const std::string& level : cpu::instruction_sets()) {
      cpu::use_instruction_set(level);
      const Evaluated other = evaluate(op, DType::f64);
      expect_near(other.output, plain.output.to_doubles(), kDoubleTolerance, op.name + level);
      for (std::size_t k = 0; k < op.inputs.size(); ++k)
        expect_near(other.gradients[k], plain.gradients[k].to_doubles(), kDoubleTolerance,
                    op.name + level);
    }
  }
  cpu::use_instruction_set(best);
}

TEST(OpCases, GiveTheSameBitsAtAnyNumberOfThreads) {
  for (const SizedCase& sized : sized_cases()) {
    const OpCase op = sized.make(6657, 300);
    Evaluated one;
    for (const int threads : {1, 2, 3}) {
      const ThreadScope scope(threads);
      const Evaluated now = evaluate(op, DType::f32);
      if (threads == 1) {
        one = now;
        continue;
      }
      expect_same_bits(now.output, one.output, op.name);
      for (std::size_t k = 0; k < op.inputs.size(); ++k)
        expect_same_bits(now.gradients[k], one.gradients[k],
                         op.name + ", gradient " + std::to_string(k));
    }
  }
}

TEST(CountCorrect, CountsRowsWhoseLargestLogitIsTheTarget) {
  // The second row is a tie, which goes to the first class.
  const std::vector<double> logits = {1, 2, 0, 5, 5, 1, -1, -3, -2, 7, 8, 8};
  const std::vector<std::int32_t> targets = {1, 0, 2, 2};
  for (const DType dtype : {DType::f32, DType::f64})
    EXPECT_EQ(ops::count_correct(Tensor::from(std::span<const double>(logits), {4, 3}).to(dtype),
                                 Tensor::from(std::span<const std::int32_t>(targets), {4}))
                  .item(),
              2);
  EXPECT_EQ(
      ops::count_correct(Tensor::zeros({0, 3}, DType::f32), Tensor::zeros({0}, DType::i32)).item(),
      0);
}

TEST(OpCases, RecordNothingUnderNoGrad) {
  const NoGrad scope;
  for (const OpCase& op : written_cases()) {
    std::vector<Tensor> inputs;
    for (const Tensor& input : op.inputs) inputs.push_back(input.clone().set_requires_grad(true));
    const Tensor out = op.apply(inputs);
    EXPECT_FALSE(out.grad_node()) << op.name;
    expect_near(out, op.expected, kDoubleTolerance, op.name);
  }
}

TEST(OpCases, LeaveTheirInputsAlone) {
  for (const OpCase& op : written_cases()) {
    std::vector<Tensor> before;
    for (const Tensor& input : op.inputs) before.push_back(input.clone());
    evaluate(op, DType::f64);
    for (std::size_t k = 0; k < before.size(); ++k)
      expect_same_bits(op.inputs[k], before[k], op.name);
  }
}

}  // namespace
}  // namespace aufbau::testing
