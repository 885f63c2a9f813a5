#pragma once
#include <string>
#include <vector>

#include "aufbau.h"
#include "data/dataset.h"

namespace aufbau::report {

/// Measures every target against the sources and writes report.html, report.json and graphons.h5.
///
/// Each dataset is read once, each basis fitted once. All options and files are looked at before
/// the first number is computed. The same seed gives the same report, byte for byte, on any number
/// of threads; it holds no time and no date. Error{usage}: no source or target, two sources or two
/// targets of one name, a number out of range, an unknown name, a report that is there already.
/// Error{nothing_valid}: sources without graphs, a target of fewer than two.
TransferReport transfer(const TransferOptions& options);

/// Throws Error{usage} naming the first option of these that is unknown or out of range.
void check_measure(const std::string& where, const MeasureOptions& options);
/// Reads them in order. Error{usage} for two of one name, which could not be told apart in a table.
std::vector<data::Dataset> open_datasets(const std::string& where, const std::string& what,
                                         const std::vector<std::string>& paths);

}  // namespace aufbau::report
