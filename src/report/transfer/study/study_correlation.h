#pragma once
#include <string>
#include <vector>

#include "aufbau.h"

namespace aufbau::report {

/// What a score says of a pair, so that more means closer: its value, the mean of its values where
/// it has one for each label, with the other sign where lower is closer. NaN: it has none.
double closeness(const StudyPair& pair, const std::string& score, const std::string& features);
/// The same of any values, of which those of one source are looked at.
double closeness(const std::vector<TransferScoreValue>& values, const std::string& source,
                 const std::string& score, const std::string& features);

/// For every score of the pairs, in their order: correlations of closeness and gain over the pairs
/// that have both, with pigeonhole intervals over sources and targets (study.measure.bootstrap
/// replicates at study.measure.level, study.seed); and `within`, the mean of Spearman over the
/// sources of one target, of the targets where at least three sources have both and it is defined.
std::vector<StudyScore> study_correlations(const TransferStudy& study);

}  // namespace aufbau::report
