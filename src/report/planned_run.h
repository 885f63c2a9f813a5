#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aufbau.h"

namespace aufbau::report {

/// One ordinary run of several in a folder: a pretraining or a fine-tuning over all its seeds.
struct PlannedRun {
  std::string label;
  std::optional<PretrainOptions> pretraining;
  std::optional<FinetuneOptions> finetuning;
  double molecules = 0;  ///< that it trains on, once for each epoch

  const std::string& folder() const {
    return pretraining ? pretraining->output : finetuning->output;
  }
  bool is_finished() const;
};

/// What running a plan tells.
struct PlanListener {
  std::function<void(const std::string&)> log;  ///< a line, without newline; may be empty
  /// A line that progress shows already, for a log file; may be empty.
  std::function<void(const std::string&)> record;
  /// After each pretraining, finished before or now; may be empty.
  std::function<void(const PlannedRun&, const PretrainSummary&)> pretrained;
};

/// The runs in order, with the threads, device, progress and stop of `run`: one that was
/// interrupted goes on where it was, a finished one is only checked.
void run_all(const std::vector<PlannedRun>& runs, const RunOptions& run,
             const PlanListener& listener);

}  // namespace aufbau::report
