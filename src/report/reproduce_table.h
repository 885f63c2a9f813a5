#pragma once
#include <string>

#include "aufbau.h"

namespace aufbau::report {

/// The layout of the paper: strategies down, sets across; under each published line ours at the
/// best validation epoch, ours after the last epoch, and the gain over no pretraining.
std::string table_markdown(const Reproduction& table);
/// One line per strategy and set; what is not defined is empty.
std::string table_csv(const Reproduction& table);
/// One object, keys as the members are named, with the score of every seed.
std::string table_json(const Reproduction& table);

}  // namespace aufbau::report
