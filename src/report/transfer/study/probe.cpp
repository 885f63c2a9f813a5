#include "report/transfer/study/probe.h"

#include <cmath>

#include "train/runs.h"
#include "train/statistics.h"

namespace aufbau::report {
namespace {

constexpr double kPoints = 100;

/// What finished fine-tuning runs of one target say.
std::vector<ProbeGain> gains_of(const ProbePlan& plan, std::size_t t) {
  const std::vector<std::string>& missing = plan.missing[t];
  CompareOptions options;
  std::vector<ProbeGain> gains;
  for (std::size_t s = 0; s < plan.sources.size(); ++s) {
    ProbeGain& gain = gains.emplace_back();
    gain.source = plan.sources[s].name;
    gain.missing = missing[s];
    if (!missing[s].empty()) continue;
    if (options.runs.empty()) options.runs.push_back(plan.finetuning(plan.targets[t], ""));
    options.runs.push_back(plan.finetuning(plan.targets[t], gain.source));
  }
  if (options.runs.empty()) return gains;

  const Comparison comparison = train::compare(options);
  const bool has_baseline = comparison.rows.size() > options.runs.size();
  std::size_t row = 0;
  for (ProbeGain& gain : gains) {
    if (!gain.missing.empty()) continue;
    gain.metric = comparison.metric;
    gain.scratch = comparison.rows.front().scores;
    gain.pretrained = comparison.rows[++row].scores;
    if (has_baseline) gain.fingerprints = comparison.rows.back().mean;
    fill_gain(gain, comparison.higher_is_better);
    if (std::isnan(gain.gain)) gain.missing = "no seed has a defined test score";
  }
  return gains;
}

}  // namespace

void fill_gain(ProbeGain& gain, bool higher_is_better) {
  std::vector<double> points;
  for (std::size_t i = 0; i < gain.pretrained.size(); ++i) {
    const double pretrained = gain.pretrained[i], scratch = gain.scratch[i];
    const double one =
        kPoints * (higher_is_better ? pretrained - scratch : (scratch - pretrained) / scratch);
    if (std::isfinite(one)) points.push_back(one);
  }
  const auto count = static_cast<double>(points.size());
  gain.gain = train::mean(points);
  gain.standard_error =
      points.size() < 2 ? kUnknown : train::standard_deviation(points) / std::sqrt(count - 1);
  gain.p_value = train::paired_t_test(points);
}

std::vector<std::vector<ProbeGain>> run_probe(const ProbePlan& plan, const RunOptions& run,
                                              const PlanListener& listener) {
  run_all(plan.runs, run, listener);
  std::vector<std::vector<ProbeGain>> gains;
  for (std::size_t t = 0; t < plan.targets.size(); ++t) {
    if (listener.log) listener.log("comparing the runs of " + plan.targets[t].name);
    gains.push_back(gains_of(plan, t));
  }
  return gains;
}

std::vector<std::vector<ProbeGain>> measure_gains(const ProbeInputs& inputs, const RunOptions& run,
                                                  const PlanListener& listener) {
  return run_probe(plan_probe(inputs, run), run, listener);
}

}  // namespace aufbau::report
