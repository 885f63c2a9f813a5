#pragma once
#include <string>

#include "aufbau.h"

namespace aufbau::report {

inline constexpr const char* kReportFormat = "aufbau-transfer-report";

/// One object, keys as the members are named, with "format" and "format_version"; what is not known
/// or not defined is null. README.md has the keys. Bytes that are not UTF-8 are replaced.
std::string report_json(const TransferReport& report);

}  // namespace aufbau::report
