#include "train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/text.h"

namespace aufbau::train {

namespace {

double constant(const OptimizerOptions& options, const SchedulePoint&) { return options.init_lr; }

/// Linear from init_lr / warmup_steps, reaching init_lr at the last warm-up step.
double warmup(const OptimizerOptions& options, const SchedulePoint& point) {
  if (point.step >= point.warmup_steps) return options.init_lr;
  return options.init_lr * static_cast<double>(point.step + 1) /
         static_cast<double>(point.warmup_steps);
}

/// After the warm-up half a cosine that would arrive at final_lr one step after the last
/// (Loshchilov and Hutter 2017, equation 5 without restarts).
double cosine(const OptimizerOptions& options, const SchedulePoint& point) {
  if (point.step < point.warmup_steps) return warmup(options, point);
  const double length =
      static_cast<double>(std::max<std::int64_t>(1, point.total_steps - point.warmup_steps));
  const double done = std::min(1.0, static_cast<double>(point.step - point.warmup_steps) / length);
  return options.final_lr +
         (options.init_lr - options.final_lr) * 0.5 * (1 + std::cos(std::numbers::pi * done));
}

const ScheduleEntry& schedule_by_name(const std::string& name) {
  std::vector<std::string> known;
  for (const ScheduleEntry& entry : kSchedules) {
    if (name == entry.name) return entry;
    known.push_back(entry.name);
  }
  fail_unknown_name("schedule", "schedule", name, known);
}

}  // namespace

const std::vector<ScheduleEntry> kSchedules = {
    {"constant", "init-lr at every step", constant},
    {"warmup", "linear up to init-lr over warmup-epochs, then constant", warmup},
    {"cosine", "linear up over warmup-epochs, then half a cosine down to final-lr", cosine},
};

Schedule::Schedule(const OptimizerOptions& options, int epochs, std::int64_t steps_per_epoch)
    : options_(options),
      entry_(&schedule_by_name(options.schedule)),
      total_steps_(epochs * steps_per_epoch),
      warmup_steps_(options.warmup_epochs * steps_per_epoch) {
  if (options.warmup_epochs < 0 || options.warmup_epochs > epochs)
    fail(ErrorKind::usage, "schedule", "warmup-epochs is ", options.warmup_epochs,
         ", expected 0 to epochs (", epochs, ')');
  if (options.schedule == "constant" && options.warmup_epochs > 0)
    fail(ErrorKind::usage, "schedule",
         "the constant schedule has no warm-up; use --schedule warmup or cosine with "
         "--warmup-epochs ",
         options.warmup_epochs);
  if (options.schedule == "warmup" && options.warmup_epochs == 0)
    fail(ErrorKind::usage, "schedule", "the warmup schedule needs --warmup-epochs of at least 1");
  if (options.schedule != "cosine" && options.final_lr != 0)
    fail(ErrorKind::usage, "schedule", "final-lr is read by the cosine schedule only, not by ",
         options.schedule);
  if (!(options.final_lr >= 0 && options.final_lr <= options.init_lr))
    fail(ErrorKind::usage, "schedule", "final-lr is ", options.final_lr,
         ", expected 0 to init-lr (", options.init_lr, ')');
}

double Schedule::rate(std::int64_t step) const {
  return entry_->rate(options_, {step, total_steps_, warmup_steps_});
}

}  // namespace aufbau::train
