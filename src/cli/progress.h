#pragma once
#include <chrono>
#include <cstddef>
#include <string>

#include "aufbau.h"

namespace aufbau::cli {

/// Shows how far work has come on standard error: on a terminal a bar with rate and time left that
/// is redrawn in place, elsewhere one line per epoch or stage. Log lines go above the bar.
class ProgressView {
 public:
  ProgressView();
  ~ProgressView();
  void show(const Progress& progress);
  void log(const std::string& line);

 private:
  void clear_bar();
  bool is_terminal_, has_colour_;
  bool bar_shown_ = false;
  std::chrono::steady_clock::time_point last_{};
};

/// "pretrain 3/10  5,000/5,000 molecules  812/s  4 s left  loss 0.81"
std::string progress_line(const Progress& progress);

}  // namespace aufbau::cli
