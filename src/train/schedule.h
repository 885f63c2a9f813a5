#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "aufbau.h"

namespace aufbau::train {

/// Where a step stands in its stage: steps are counted from 0 over all epochs.
struct SchedulePoint {
  std::int64_t step = 0;
  std::int64_t total_steps = 1;
  std::int64_t warmup_steps = 0;
};

/// How the learning rate moves with the step. The rate at a step depends on its position only, so a
/// resumed run continues where it was.
struct ScheduleEntry {
  const char* name;
  const char* summary;
  double (*rate)(const OptimizerOptions& options, const SchedulePoint& point);
};
/// constant, warmup, cosine.
extern const std::vector<ScheduleEntry> kSchedules;

/// Learning rates of one stage. Error{usage}: unknown name, or an option that the named schedule
/// would not read.
class Schedule {
 public:
  Schedule(const OptimizerOptions& options, int epochs, std::int64_t steps_per_epoch);
  double rate(std::int64_t step) const;

 private:
  OptimizerOptions options_;
  const ScheduleEntry* entry_;
  std::int64_t total_steps_, warmup_steps_;
};

}  // namespace aufbau::train
