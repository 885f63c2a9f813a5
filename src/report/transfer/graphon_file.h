#pragma once
#include <string>
#include <vector>

#include "aufbau.h"

namespace aufbau::report {

/// The graphons of a report as HDF5: format = aufbau-graphons, version 1.
///   /bases/<basis>/graphons [parts, R, R] float64, names, graphs [parts]
///   /targets/<n>/graphon [R, R], attributes name, path, hash; per basis mixture_<basis> [R, R] and
///   weights_<basis> [parts]
/// Written under a temporary name and renamed.
void write_graphons(const std::string& path, const TransferReport& report);

/// Is the HDF5 file at `path` one of these?
bool is_graphon_file(const std::string& path);
/// The same file back, without what only the report has: names, numbers of graphs, graphons,
/// mixtures and weights. Error{input} for what is missing or damaged.
struct GraphonFile {
  std::string program_version, estimator;
  std::vector<TransferBasis> bases;
  std::vector<TransferTarget> targets;
};
GraphonFile read_graphons(const std::string& path);

}  // namespace aufbau::report
