// AUFBAU_PLUGINS chooses the device, as in tests/tensor/device_test.cpp.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "report/benchmark/benchmark.h"
#include "tensor/device/plugin.h"
#include "testing/files.h"

namespace aufbau::report {
namespace {

class BenchmarkOnADevice : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!device::names().empty()) return;
    ASSERT_EQ(std::getenv("AUFBAU_HOST_DEVICE"), nullptr) << "the device of the tests is not there";
    GTEST_SKIP() << "this machine has no device";
  }
  static BenchmarkSummary measured(const std::string& what, const std::string& device) {
    BenchmarkOptions options;
    options.what = what;
    options.data = testing::test_file("../examples/data/nci_tpsa.csv");
    options.encoder = {.layers = 2, .width = 16};
    options.batch_sizes = {16};
    options.molecules = 24;
    options.seconds = 0.01;
    options.device = device;
    options.precision = "float32";
    return report::benchmark(options);
  }
};

TEST_F(BenchmarkOnADevice, TrainingStandsBesideTheProductsOfTheDeviceAndCountsLaunches) {
  const BenchmarkSummary summary = measured("training", "cuda:0");
  EXPECT_NE(summary.machine.find(device::names().front()), std::string::npos) << summary.machine;
  ASSERT_EQ(summary.rows.size(), 2u);
  for (const BenchmarkRow& row : summary.rows) {
    EXPECT_NE(row.name.find("gin 16 x 2 on cuda:0 in float32"), std::string::npos) << row.name;
    // A layer alone has six products, and a parameter a gradient.
    EXPECT_GT(row.launches, 50) << row.name;
    ASSERT_EQ(row.ceilings.size(), 2u) << row.name;  // no multiply-add in registers
    for (const BenchmarkCeiling& ceiling : row.ceilings)
      EXPECT_TRUE(ceiling.ratio > 0 && std::isfinite(ceiling.ratio)) << ceiling.name;
  }
  for (const BenchmarkRow& row : measured("training", "cpu").rows) EXPECT_EQ(row.launches, 0);
}

TEST_F(BenchmarkOnADevice, InferenceAndTheMachineAreMeasuredThereToo) {
  const BenchmarkSummary inference = measured("inference", "cuda:0");
  ASSERT_EQ(inference.rows.size(), 3u);
  for (const BenchmarkRow& row : inference.rows) {
    EXPECT_NE(row.name.find("on cuda:0"), std::string::npos) << row.name;
    EXPECT_GT(row.rate, 0) << row.name;
  }
  int there = 0;
  for (const BenchmarkRow& row : measured("machine", "cuda:0").rows)
    there += row.name.find("on cuda:0") != std::string::npos;
  EXPECT_EQ(there, 2);
}

}  // namespace
}  // namespace aufbau::report
