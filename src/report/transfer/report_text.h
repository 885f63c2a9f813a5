#pragma once
#include <string>

#include "aufbau.h"

namespace aufbau::report {

/// For a terminal: of each target the lines of the verdict, then the distance of each basis, and of
/// each source its test and its scores side by side. What is not known is a dash. Text of the user
/// is shown without control characters.
std::string report_text(const TransferReport& report);

}  // namespace aufbau::report
