#pragma once
#include <optional>
#include <string>

#include "aufbau.h"
#include "report/reproduce_protocol.h"

namespace aufbau::report {

/// Where the table of `set` lies in `folder`, plain or .gz; nothing when it does not.
std::optional<std::string> find_table(const BenchmarkSet& set, const std::string& folder);
/// The same; Error{input} when it does not.
std::string table_of(const BenchmarkSet& set, const std::string& folder);

/// Ingests `table` to `output`, with the callbacks of `run`. What is at `output` already is kept
/// when it was made from the same bytes, and Error{mismatch} when it was not.
void prepare_set(const BenchmarkSet& set, const std::string& table, const std::string& output,
                 const RunOptions& run);

/// Writes the split that fine-tuning will make of that dataset.
void write_scaffold_split(const std::string& dataset, const std::string& splits);

}  // namespace aufbau::report
