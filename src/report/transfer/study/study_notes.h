#pragma once
#include <string>
#include <vector>

#include "aufbau.h"
#include "report/transfer/study/probe_plan.h"

namespace aufbau::report {

/// The command line that repeats the study, without folders; options that have their default value
/// and are not about the probe are left out.
std::string study_command(const TransferStudyOptions& options);

/// What was trained on what, what is missing and why, and what the numbers do not allow to
/// conclude.
std::vector<std::string> study_notes(const TransferStudy& study, const ProbePlan& plan);

}  // namespace aufbau::report
