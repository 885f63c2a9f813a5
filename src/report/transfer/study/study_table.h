#pragma once
#include <string>

#include "aufbau.h"

namespace aufbau::report {

/// Markdown: what was found in a sentence, gains with their standard errors (sources down, targets
/// across; below them training from scratch and the fingerprints), correlations with their
/// intervals, notes and the command.
std::string study_markdown(const TransferStudy& study);

}  // namespace aufbau::report
