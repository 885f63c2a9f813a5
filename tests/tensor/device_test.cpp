// Every op on a device against the CPU.
#include <gtest/gtest.h>

#include <cmath>

#include "aufbau.h"
#include "op_cases.h"
#include "tensor/backend.h"
#include "tensor/device/launches.h"
#include "tensor/device/plugin.h"
#include "tensor/device/precision.h"
#include "testing/device_test.h"

namespace aufbau::testing {
namespace {

/// Rounding of one or two units of the last place per addition, of values around `scale`.
constexpr double kTolerance = 2e-5;

class OnADevice : public DeviceTest {
 protected:
  PrecisionScope exact_{Precision::float32};
};

std::string error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was thrown";
}

bool is_the_host() { return device::names().front() == "the host"; }

void expect_near(const Tensor& got, const std::vector<double>& expected, double tolerance,
                 const std::string& what) {
  const std::vector<double> values = got.to_doubles();
  ASSERT_EQ(values.size(), expected.size()) << what;
  double largest = 1;
  for (const double value : expected) largest = std::max(largest, std::abs(value));
  for (std::size_t i = 0; i < values.size(); ++i)
    ASSERT_NEAR(values[i], expected[i], tolerance * largest) << what << ", element " << i;
}

void expect_as_on_the_cpu(const OpCase& op, double tolerance, const std::string& what) {
  const Evaluated cpu = evaluate(op, DType::f64), there = evaluate(op, DType::f32, kDevice);
  ASSERT_EQ(there.output.device(), kDevice) << what;
  expect_near(there.output, cpu.output.to_doubles(), tolerance, what);
  for (std::size_t k = 0; k < op.inputs.size(); ++k)
    expect_near(there.gradients[k], cpu.gradients[k].to_doubles(), tolerance,
                what + ", gradient " + std::to_string(k));
}

TEST_F(OnADevice, OpsGiveTheWrittenAnswers) {
  for (const OpCase& op : written_cases()) {
    expect_near(evaluate(op, DType::f32, kDevice).output, op.expected, kTolerance, op.name);
    expect_as_on_the_cpu(op, kTolerance, op.name);
  }
}

TEST_F(OnADevice, OpsAgreeWithTheCpuAtOddSizes) {
  for (const SizedCase& sized : sized_cases())
    for (const std::int64_t rows : {0, 1, 2, 31, 33, 257})
      for (const std::int64_t width : {1, 5, 16, 37}) {
        const OpCase op = sized.make(rows, width);
        // the slope of a BatchNorm over equal rows is 1 / sqrt(eps) = 316
        expect_as_on_the_cpu(
            op, rows < 2 ? 316 * kTolerance : kTolerance,
            op.name + " of " + std::to_string(rows) + " x " + std::to_string(width));
      }
}

TEST_F(OnADevice, OpsAgreeWithTheCpuWhereSumsHaveManyParts) {
  for (const SizedCase& sized : sized_cases()) {
    const OpCase op = sized.make(8500, 3);  // more than 256 blocks of 32 rows
    expect_as_on_the_cpu(op, kTolerance, op.name);
  }
}

TEST_F(OnADevice, OpsGiveTheSameBitsEveryTime) {
  for (const SizedCase& sized : sized_cases()) {
    const OpCase op = sized.make(333, 70);
    const Evaluated first = evaluate(op, DType::f32, kDevice);
    const Evaluated again = evaluate(op, DType::f32, kDevice);
    EXPECT_EQ(again.output.to_doubles(), first.output.to_doubles()) << op.name;
    for (std::size_t k = 0; k < op.inputs.size(); ++k)
      EXPECT_EQ(again.gradients[k].to_doubles(), first.gradients[k].to_doubles()) << op.name;
  }
}

TEST_F(OnADevice, DropoutIsThatOfTheCpuBitForBit) {
  for (const std::int64_t size : {1, 2, 3, 5, 4097}) {
    const Tensor x = drawn({size}, 1).to(DType::f32);
    const RandomKey key{0x123456789abc, Purpose::dropout, 7, 8, 9};
    EXPECT_EQ(ops::dropout(x.to(kDevice), 0.3, key).to_doubles(),
              ops::dropout(x, 0.3, key).to_doubles());
  }
}

TEST_F(OnADevice, BatchNormMovesItsRunningStatisticsAsOnTheCpu) {
  const auto run = [](Device device) {
    ops::BatchNormState state{
        drawn({7}, 1).to(DType::f32).to(device), drawn({7}, 2).to(DType::f32).to(device),
        Tensor::full({7}, 0.5, DType::f32, device), Tensor::full({7}, 2, DType::f32, device)};
    const Tensor counts = Tensor::full({300}, 3, DType::f32, device);
    ops::batch_norm(drawn({300, 7}, 3).to(DType::f32).to(device), state, counts, true);
    return std::pair(state.running_mean.to_doubles(), state.running_var.to_doubles());
  };
  const auto [mean, variance] = run(kDevice);
  const auto [cpu_mean, cpu_variance] = run({});
  for (std::size_t d = 0; d < mean.size(); ++d) {
    EXPECT_NEAR(mean[d], cpu_mean[d], 1e-6);
    EXPECT_NEAR(variance[d], cpu_variance[d], 1e-6);
  }
}

TEST_F(OnADevice, TablesTooLargeForManyPartialOnesStillAddUp) {
  constexpr std::int32_t kCodes = 2000;
  constexpr std::int64_t kRows = 3000, kWidth = 100;
  const auto ids = drawn_ids(kRows, kCodes, 1);
  const OpCase op{"",
                  {drawn({kCodes, kWidth}, 1)},
                  [codes = Tensor::from(std::span(ids), {kRows, 1})](std::span<const Tensor> in) {
                    return ops::embedding_sum(codes.to(in[0].device()), in);
                  },
                  {}};
  expect_as_on_the_cpu(op, kTolerance, "embedding_sum");
}

TEST_F(OnADevice, ValuesThatAreNotFiniteAreSeen) {
  for (const std::int64_t size : {0, 1, 5000}) {
    Tensor x = drawn({size}, 1).to(DType::f32);
    EXPECT_TRUE(all_finite(x.to(kDevice)));
    if (size == 0) continue;
    for (const float bad : {NAN, INFINITY, -INFINITY}) {
      x.mutable_values<float>()[static_cast<std::size_t>(size) - 1] = bad;
      EXPECT_FALSE(all_finite(x.to(kDevice)));
    }
  }
}

TEST_F(OnADevice, IdsOutOfRangeAreErrorsOfTheNextRead) {
  const std::vector<std::int32_t> wrong = {0, 3}, negative = {0, -1}, right = {0, 2};
  const Tensor table = drawn({3, 4}, 1).to(DType::f32).to(kDevice);
  const auto look_up = [&](const std::vector<std::int32_t>& codes) {
    const Tensor there = Tensor::from(std::span(codes), {2, 1}).to(kDevice);
    return ops::embedding_sum(there, std::span(&table, 1)).to(Device{});
  };
  const auto loss = [&](const std::vector<std::int32_t>& targets) {
    const Tensor there = Tensor::from(std::span(targets), {2}).to(kDevice);
    const Tensor logits = drawn({2, 3}, 1).to(DType::f32).to(kDevice);
    return ops::cross_entropy(logits, there).item();
  };
  for (const auto& ids : {wrong, negative}) {
    EXPECT_EQ(
        error_of([&] { look_up(ids); }),
        "[embedding_sum] a code is in no row of its table; with --device cpu the message says "
        "which");
    EXPECT_EQ(error_of([&] { loss(ids); }),
              "[cross_entropy] a target is no class of the logits; with --device cpu the message "
              "says which");
  }
  look_up(right);
  loss(right);
}

TEST_F(OnADevice, TensorsOfAnotherPlaceOrTypeAreErrors) {
  const Tensor here = drawn({2, 2}, 1).to(DType::f32), there = here.to(kDevice);
  EXPECT_EQ(error_of([&] { ops::add(there, here); }),
            "[cuda] a kernel of device 0 got a tensor that is elsewhere");
  EXPECT_EQ(error_of([&] { ops::relu(drawn({2}, 1).to(kDevice)); }),
            "[cuda] a kernel got f64; values on a device are f32, losses and means f64, ids i32");
  EXPECT_EQ(error_of([&] { there.values<float>(); }),
            "[tensor] elements on a device were read from the CPU");
}

TEST_F(OnADevice, MemoryThatIsNotThereIsAnErrorAndNotTheEnd) {
  constexpr std::int64_t kHuge = std::int64_t{1} << 42;
  const std::string text = error_of([&] { Tensor::empty({kHuge}, DType::f32, kDevice); });
  EXPECT_TRUE(text.starts_with("[cuda:0] out of memory: 16777216 MiB more were asked for; "))
      << text;
  EXPECT_EQ(Tensor::full({3}, 2, DType::f32, kDevice).to_doubles(), std::vector<double>(3, 2.0));
}

TEST_F(OnADevice, ThePrecisionOfAThreadReachesItsProducts) {
  // 1 + 2^-9 has 9 bits behind the point, 1 + 2^-13 has 13: TF32 keeps 10 of them, bf16 7.
  const std::vector<float> values = {1 + 0x1p-9f, 1 + 0x1p-13f};
  const Tensor x = Tensor::from(std::span(values), {2, 1}).to(kDevice);
  const Tensor one = Tensor::full({1, 1}, 1, DType::f32, kDevice);
  const auto product = [&](const char* precision) {
    const PrecisionScope scope(parse_precision(precision));
    return ops::linear(x, one, {}).to_doubles();
  };
  EXPECT_EQ(product("float32"), (std::vector<double>{1 + 0x1p-9, 1 + 0x1p-13}));
  EXPECT_EQ(error_of([&] { product("half"); }),
            "[device] unknown precision 'half'; known: float32, tf32, bf16");
  if (!is_the_host()) GTEST_SKIP() << "a device may do better than asked";
  EXPECT_EQ(product("tf32"), (std::vector<double>{1 + 0x1p-9, 1}));
  EXPECT_EQ(product("bf16"), (std::vector<double>{1, 1}));
}

TEST_F(OnADevice, IsWhatAutoTakes) {
  EXPECT_EQ(parse_device("auto"), kDevice);
  EXPECT_EQ(parse_device("cuda"), kDevice);
  EXPECT_EQ(parse_device("cuda:0"), kDevice);
  EXPECT_EQ(name_of(kDevice), "cuda:0");
}

TEST_F(OnADevice, ATensorMovesThereForEverybodyWhoHasIt) {
  Tensor x = drawn({2, 3}, 1).to(DType::f32);
  const Tensor same = x;
  const std::vector<double> values = x.to_doubles();
  x.move_to(kDevice);
  EXPECT_EQ(same.device(), kDevice);
  EXPECT_EQ(same.to_doubles(), values);
  Tensor twice = ops::scale(same, 2);
  x.assign(twice.to(Device{}));
  EXPECT_EQ(same.to_doubles(), twice.to_doubles());
  EXPECT_EQ(same.host_copy().device(), Device{});
}

TEST_F(OnADevice, AStepOfAdamIsThatOfTheCpu) {
  const AdamStep step{0.9, 0.999, 1e-8, 0.01, 0.5, 0.3};
  std::vector<Tensor> here, there;
  for (const std::uint32_t item : {1, 2, 3, 4}) {
    here.push_back(drawn({1000}, item).to(DType::f32));
    if (item == 3) backend_for({}).multiply(here[2], here[2], here[2]);  // a mean of squares
    there.push_back(here.back().to(kDevice));
  }
  const auto move = [&](std::vector<Tensor>& of, Device device) {
    // Two parameters, the second one longer than what is done in one go.
    Tensor long_one = Tensor::full({20000}, 0.25, DType::f32, device);
    std::vector<AdamParameter> parameters = {
        {of[0], of[1], of[2], of[3], 0.1},
        {long_one, long_one.clone(), long_one.clone(), long_one.clone(), 0.2}};
    backend_for(device).adam(step, parameters);
    of.push_back(parameters[1].value);
  };
  move(here, {});
  move(there, kDevice);
  for (const std::size_t k : {1, 2, 3, 4})
    expect_near(there[k], here[k].to_doubles(), 1e-6, std::to_string(k));
}

TEST_F(OnADevice, SumsOfSquaresAreThoseOfTheCpu) {
  const std::vector<Tensor> here = {drawn({3}, 1).to(DType::f32),
                                    drawn({70, 300}, 2).to(DType::f32)};
  const std::vector<Tensor> there = {here[0].to(kDevice), here[1].to(kDevice)};
  const auto sums_on = [](Device device, const std::vector<Tensor>& xs) {
    Tensor sums = Tensor::empty({2}, DType::f64, device);
    backend_for(device).square_sums(xs, sums);
    return sums.to_doubles();
  };
  const auto expected = sums_on({}, here), sums = sums_on(kDevice, there);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(sums[i], expected[i], 1e-12 * expected[i]);
  double sum = 0;
  for (const double value : here[1].to_doubles()) sum += value * value;
  EXPECT_NEAR(expected[1], sum, 1e-12 * sum);
}

TEST_F(OnADevice, RightRowsAreCountedAsOnTheCpu) {
  constexpr std::int64_t kRows = 700, kClasses = 9;
  const Tensor logits = drawn({kRows, kClasses}, 1).to(DType::f32);
  std::vector<std::int32_t> classes;
  for (std::int32_t row = 0; row < kRows; ++row) classes.push_back(row % kClasses);
  const Tensor targets = Tensor::from(std::span<const std::int32_t>(classes), {kRows});
  const double expected = ops::count_correct(logits, targets).item();
  EXPECT_GT(expected, 0);
  EXPECT_EQ(ops::count_correct(logits.to(kDevice), targets.to(kDevice)).item(), expected);
}

TEST_F(OnADevice, ManyTensorsAreReadInOneWait) {
  const Tensor small = drawn({3}, 1), large = drawn({1500, 1000}, 2).to(DType::f32);
  const Tensor there[] = {small.to(kDevice), large.to(kDevice),
                          Tensor::zeros({0}, DType::f32, kDevice)};
  const std::uint64_t before = device::waits(kDevice);
  const std::vector<Tensor> here = on_host(there);
  EXPECT_EQ(device::waits(kDevice), before + 1);
  ASSERT_EQ(here.size(), 3u);
  EXPECT_EQ(here[0].to_doubles(), small.to_doubles());
  EXPECT_EQ(here[1].to_doubles(), large.to_doubles());
  EXPECT_EQ(here[2].size(), 0);
  // What is on the CPU is not copied.
  EXPECT_EQ(on_host({&small, 1}).front().raw(), small.raw());
}

TEST_F(OnADevice, APerceptronAfterAnAggregationAgreesWithTheCpu) {
  const std::vector<std::int32_t> offset = {0, 2, 2, 5}, source = {2, 0, 2, 1, 2},
                                  code = {1, 0, 0, 1, 1};
  const RowMap map = make_row_map(3, offset, source, code, 2);
  const auto run = [&](Device device) {
    const NoGrad no_grad;
    const auto made = [&](Shape shape, std::uint32_t item) {
      return drawn(std::move(shape), item).to(DType::f32).to(device);
    };
    return ops::aggregate_perceptron(made({3, 4}, 1), made({2, 4}, 2), map.to(device),
                                     made({8, 4}, 3), made({8}, 4), made({5, 8}, 5), made({5}, 6),
                                     ops::Activation::relu);
  };
  expect_near(run(kDevice), run({}).to_doubles(), kTolerance, "aggregate_perceptron");
}

TEST_F(OnADevice, WithoutADeviceAutoIsTheCpuAndTheErrorSaysWhatIsMissing) {
  if (!is_the_host()) GTEST_SKIP() << "there is a device";
  setenv("AUFBAU_HOST_DEVICES", "0", 1);
  EXPECT_EQ(parse_device("auto"), Device{});
  EXPECT_EQ(error_of([] { parse_device("cuda:5"); }),
            "[cuda] the driver sees no device; install the NVIDIA driver and see that nvidia-smi "
            "lists a device, or use --device cpu");
  unsetenv("AUFBAU_HOST_DEVICES");
}

TEST_F(OnADevice, ADeviceBeyondThoseThereAreIsAnError) {
  EXPECT_TRUE(error_of([] {
                backend_for({Device::Kind::cuda, 63});
              }).starts_with("[cuda] there is no device cuda:63; this machine has "));
}

}  // namespace
}  // namespace aufbau::testing
