#include "train/progress_meter.h"

#include <algorithm>

namespace aufbau::train {

using Clock = std::chrono::steady_clock;

ProgressMeter::ProgressMeter(std::function<void(const Progress&)> listener, std::string unit,
                             double total, double done)
    : listener_(std::move(listener)),
      unit_(std::move(unit)),
      total_(total),
      done_before_(done),
      start_(Clock::now()),
      last_(start_ - std::chrono::seconds(1)) {}

void ProgressMeter::update(const std::string& stage, double done, const std::string& note) {
  if (!listener_ || Clock::now() - last_ < std::chrono::milliseconds(100)) return;
  tell(stage, done, note, false);
}

void ProgressMeter::line(const std::string& stage, double done, const std::string& note) {
  if (listener_) tell(stage, done, note, true);
}

double ProgressMeter::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

void ProgressMeter::tell(const std::string& stage, double done, const std::string& note,
                         bool line) {
  last_ = Clock::now();
  Progress progress;
  progress.stage = stage;
  progress.done = done;
  progress.total = total_;
  progress.unit = unit_;
  progress.rate = (done - done_before_) / std::max(1e-9, seconds());
  if (total_ > 0 && progress.rate > 0)
    progress.seconds_left = std::max(0.0, total_ - done) / progress.rate;
  progress.note = note;
  progress.line = line;
  listener_(progress);
}

}  // namespace aufbau::train
