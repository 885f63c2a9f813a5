#pragma once
#include <cstdint>
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

/// `most` molecules of `dataset` (0: no limit), evenly apart, written to `output`; or `dataset`
/// itself when it has no more. Returns the path of what is to be used. Kept and refused as by
/// prepare_set.
std::string limited_dataset(const std::string& dataset, std::int64_t most,
                            const std::string& output);

}  // namespace aufbau::report
