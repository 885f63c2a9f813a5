#include "train/schedule.h"

#include <gtest/gtest.h>

#include "testing/errors.h"

namespace aufbau::train {
namespace {

using testing::error_of;
using testing::says;

OptimizerOptions options_of(const std::string& schedule, int warmup_epochs = 0,
                            double final_lr = 0) {
  OptimizerOptions options;
  options.init_lr = 0.1;
  options.schedule = schedule;
  options.warmup_epochs = warmup_epochs;
  options.final_lr = final_lr;
  return options;
}

TEST(Schedule, ConstantStaysWhereItIs) {
  const Schedule schedule(options_of("constant"), 3, 10);
  for (const int step : {0, 1, 29}) EXPECT_EQ(schedule.rate(step), 0.1);
}

TEST(Schedule, WarmupRisesLinearlyAndReachesTheRateAtItsLastStep) {
  const Schedule schedule(options_of("warmup", 2), 5, 10);
  EXPECT_DOUBLE_EQ(schedule.rate(0), 0.1 / 20);
  EXPECT_DOUBLE_EQ(schedule.rate(9), 0.05);
  EXPECT_DOUBLE_EQ(schedule.rate(19), 0.1);
  EXPECT_DOUBLE_EQ(schedule.rate(20), 0.1);
  EXPECT_DOUBLE_EQ(schedule.rate(49), 0.1);
}

TEST(Schedule, CosineFallsThroughTheMiddleToTheFinalRate) {
  const Schedule schedule(options_of("cosine", 0, 0.02), 2, 10);
  EXPECT_DOUBLE_EQ(schedule.rate(0), 0.1);
  EXPECT_NEAR(schedule.rate(10), 0.06, 1e-15);
  EXPECT_GT(schedule.rate(19), 0.02);
  EXPECT_NEAR(schedule.rate(20), 0.02, 1e-15);
  for (int step = 1; step < 20; ++step) EXPECT_LT(schedule.rate(step), schedule.rate(step - 1));
}

TEST(Schedule, CosineBeginsAfterItsWarmup) {
  const Schedule schedule(options_of("cosine", 1), 3, 10);
  EXPECT_DOUBLE_EQ(schedule.rate(4), 0.05);
  EXPECT_DOUBLE_EQ(schedule.rate(10), 0.1);
  EXPECT_NEAR(schedule.rate(20), 0.05, 1e-15);
}

TEST(Schedule, EveryEntryIsPositiveAndAtMostTheInitialRate) {
  for (const ScheduleEntry& entry : kSchedules) {
    const Schedule schedule(options_of(entry.name, entry.name == std::string("warmup") ? 1 : 0), 4,
                            7);
    for (int step = 0; step < 28; ++step) {
      EXPECT_GT(schedule.rate(step), 0) << entry.name;
      EXPECT_LE(schedule.rate(step), 0.1) << entry.name;
    }
  }
}

TEST(Schedule, RefusesOptionsItWouldNotRead) {
  const auto error_with = [](const OptimizerOptions& options) {
    return error_of([&] { Schedule(options, 5, 10); });
  };
  EXPECT_TRUE(says(error_with(options_of("cosin")), "cosine"));
  for (const auto& options :
       {options_of("cosin"), options_of("constant", 1), options_of("warmup", 0),
        options_of("warmup", 6), options_of("warmup", -1), options_of("constant", 0, 0.01),
        options_of("cosine", 0, 0.2), options_of("cosine", 0, -0.1)})
    EXPECT_EQ(error_with(options).kind(), ErrorKind::usage);
}

}  // namespace
}  // namespace aufbau::train
