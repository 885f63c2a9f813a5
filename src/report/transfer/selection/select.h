#pragma once
#include "aufbau.h"

namespace aufbau::report {

/// X.csv for X.h5: why each part was chosen.
std::string reasons_path(const std::string& output);

/// Graphs of the sources that are near to the target, by a method of kSelections, as a dataset
/// whose provenance names every source with its hash, the target, the method and the budget, and
/// reasons_path() beside it. Everything that can be wrong with the options and files is met before
/// work starts; files are written at the end, whole or not at all. Graphs that are in several
/// sources, or in the target, are not told apart from others. Error{usage}: unknown names, no
/// sources, a file named twice, a budget below 0, an output that is there already, a method for
/// molecules on networks; Error{nothing_valid}: a source or target without graphs;
/// Error{mismatch}: sources with other features than the first; Error{interrupted}.
SelectSummary select(const SelectOptions& options);

}  // namespace aufbau::report
