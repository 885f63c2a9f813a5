#include "report/planned_run.h"

#include <filesystem>

#include "core/text.h"
#include "train/progress_meter.h"
#include "train/runs.h"

namespace aufbau::report {
namespace {

/// Returns what the run came to.
std::string result_of(const PlannedRun& planned, const RunOptions& run,
                      const std::function<void(const Progress&)>& progress,
                      const PlanListener& listener) {
  const auto with_run_options = [&](auto options) {
    options.threads = run.threads;
    options.device = run.device;
    options.precision = run.precision;
    options.should_stop = run.should_stop;
    if (run.progress) options.progress = progress;
    options.resume = true;
    return options;
  };
  if (planned.pretraining) {
    const PretrainSummary summary = train::pretrain(with_run_options(*planned.pretraining));
    if (listener.pretrained) listener.pretrained(planned, summary);
    return "loss " + format_number(static_cast<float>(summary.final_loss));
  }
  const FinetuneSummary summary = train::finetune(with_run_options(*planned.finetuning));
  return summary.metric + " " + format_number(static_cast<float>(summary.mean)) + " +- " +
         format_number(static_cast<float>(summary.standard_deviation));
}

}  // namespace

bool PlannedRun::is_finished() const {
  return std::filesystem::exists(std::filesystem::path(folder()) / "summary.json");
}

void run_all(const std::vector<PlannedRun>& runs, const RunOptions& run,
             const PlanListener& listener) {
  double total = 0, done = 0;
  int finished = 0;
  for (const PlannedRun& planned : runs) {
    total += planned.molecules;
    if (!planned.is_finished()) continue;
    done += planned.molecules;
    ++finished;
  }
  if (listener.log)
    listener.log(
        std::to_string(runs.size()) + " runs" +
        (finished > 0 ? ", " + std::to_string(finished) + " of them finished before" : ""));
  train::ProgressMeter meter(run.progress, "molecules", total, done);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const PlannedRun& planned = runs[i];
    const bool was_finished = planned.is_finished();
    const std::string label =
        "run " + std::to_string(i + 1) + "/" + std::to_string(runs.size()) + ": " + planned.label;
    const auto progress = [&](const Progress& inner) {
      const double part = inner.total > 0 ? inner.done / inner.total : 0;
      meter.update(label + ", " + inner.stage, done + part * planned.molecules, inner.note);
    };
    const std::string note = result_of(planned, run, progress, listener);
    if (was_finished) continue;
    done += planned.molecules;
    if (listener.record) listener.record(label + ": " + note);
    meter.line(label, done, note);
  }
}

}  // namespace aufbau::report
