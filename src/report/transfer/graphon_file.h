#pragma once
#include <string>

#include "aufbau.h"

namespace aufbau::report {

/// The graphons of a report as HDF5: format = aufbau-graphons, version 1.
///   /bases/<basis>/graphons [parts, R, R] float64, names, graphs [parts]
///   /targets/<n>/graphon [R, R], attributes name, path, hash; per basis mixture_<basis> [R, R] and
///   weights_<basis> [parts]
/// Written under a temporary name and renamed.
void write_graphons(const std::string& path, const TransferReport& report);

inline constexpr const char* kGraphonFormat = "aufbau-graphons";

}  // namespace aufbau::report
