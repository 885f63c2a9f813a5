#pragma once
#include <vector>

#include "aufbau.h"
#include "report/transfer/study/probe_plan.h"

namespace aufbau::report {

/// Runs what is planned (run_all) and reads the gains off the finished runs: [target][source], in
/// the order of the plan.
///
/// gain: mean over the seeds, paired, of the test score at the best validation epoch, pretrained
/// less scratch, in points: 100 (p - s) where higher is better (ROC-AUC); where lower is (RMSE),
/// how much of the error is gone, 100 (s - p) / s. With its standard error (deviation with n - 1,
/// over sqrt n) and the p-value of the paired t-test; both NaN with one seed. Seeds without a score
/// in either are left out. All runs of a target have one split and the same seeds, so neither
/// speaks of other molecules. fingerprints: as `compare`; NaN where the target has no molecules.
std::vector<std::vector<ProbeGain>> run_probe(const ProbePlan& plan, const RunOptions& run,
                                              const PlanListener& listener = {});

/// plan_probe and run_probe: gains of every target from every source.
std::vector<std::vector<ProbeGain>> measure_gains(const ProbeInputs& inputs, const RunOptions& run,
                                                  const PlanListener& listener = {});

/// Fills gain, standard_error and p_value from the scores, as said above.
void fill_gain(ProbeGain& gain, bool higher_is_better);

}  // namespace aufbau::report
