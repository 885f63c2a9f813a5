#pragma once
#include <functional>
#include <string>
#include <vector>

#include "aufbau.h"

namespace aufbau::report {

/// What every score says of the sources and each target, as measure_scores: [target].
using StudyScoring = std::function<std::vector<std::vector<TransferScoreValue>>(
    const TransferStudyOptions& options)>;

/// Measures every score of every source and target first, then their gains by training
/// (measure_gains), and how the scores go with the gains (study_correlations). Scores look at the
/// sources as they are given, the probe at its part of them; scores of a target alone say nothing
/// of sources and do not enter.
///
/// `output` holds config.toml, log.txt, study.json, study.md, and the runs as ProbeInputs says.
/// With `resume` finished runs are only checked, an interrupted one goes on where it was, and
/// study.json and study.md are the same, byte for byte, as without the interruption. With `force`
/// what this study wrote before is removed, and nothing else.
///
/// Error{usage}: a name of ProbeInputs, an option out of range, a target without labels. Else the
/// errors of scoring and of the runs, before the first run where they can be known.
TransferStudy transfer_study(const TransferStudyOptions& options, const StudyScoring& scoring);
/// With the scores of measure_scores.
TransferStudy transfer_study(const TransferStudyOptions& options);

}  // namespace aufbau::report
