#pragma once
#include <span>
#include <string>

#include "aufbau.h"

namespace aufbau::data {

/// What a dataset says among its options of the shard that it is.
inline constexpr const char* kShardKey = "shard";

/// Inputs that are dataset files. Error{usage} when only some of them are.
bool are_datasets(std::span<const std::string> inputs);

/// One dataset of all rows of several, held in memory meanwhile, and their lists of refused rows
/// one after the other. The shards of a table, in order, become the dataset of the whole table.
/// Errors: usage for an option that says how text becomes molecules; mismatch as
/// require_same_kind().
IngestSummary join_datasets(const IngestOptions& options);

}  // namespace aufbau::data
