#include <gtest/gtest.h>

#include <cmath>

#include "report/benchmark/benchmark.h"
#include "report/benchmark/small_benchmark.h"
#include "testing/device_test.h"

namespace aufbau::report {
namespace {

class BenchmarkOnADevice : public testing::DeviceTest {
 protected:
  static BenchmarkSummary measured(const std::string& what, const std::string& device) {
    BenchmarkOptions options = small_benchmark(what);
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
    EXPECT_EQ(row.waits, 1) << row.name;
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
