#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "aufbau.h"

namespace aufbau::train {

/// Tells a listener how far some work has come, at most ten times a second, with the rate of this
/// process and the time that is left at that rate.
class ProgressMeter {
 public:
  /// `total` 0: not known. `done`: what had been done before this process began.
  ProgressMeter(std::function<void(const Progress&)> listener, std::string unit, double total,
                double done = 0);
  void update(const std::string& stage, double done, const std::string& note = "");
  /// Always told: the end of an epoch or stage.
  void line(const std::string& stage, double done, const std::string& note = "");
  double seconds() const;  ///< since the meter was made

 private:
  void tell(const std::string& stage, double done, const std::string& note, bool line);
  std::function<void(const Progress&)> listener_;
  std::string unit_;
  double total_, done_before_;
  std::chrono::steady_clock::time_point start_, last_;
};

}  // namespace aufbau::train
