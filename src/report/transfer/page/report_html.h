#pragma once
#include <string>

#include "aufbau.h"

namespace aufbau::report {

/// The report as one HTML page for people: the answers, then the pictures and tables of each
/// target, method and limits in plain words, settings. It holds everything it shows and loads
/// nothing; texts of the report may hold any bytes. Every number stands in a <data> element whose
/// value is that of report_json().
std::string report_html(const TransferReport& report);

}  // namespace aufbau::report
