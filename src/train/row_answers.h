#pragma once
#include <span>
#include <string>
#include <vector>

#include "aufbau.h"
#include "train/input_rows.h"

namespace aufbau::train {

/// What predict and embed do alike with a chunk of rows.

/// The graphs of the rows that have one, in order.
std::vector<graphs::GraphView> graphs_of(std::span<const InputRow> rows);
/// "code: reason" on one line; empty when the row is fine.
std::string error_text(const InputRow& row);
void count(std::span<const InputRow> rows, ApplySummary& summary);
/// Error{interrupted} when the options ask to stop; nothing has been written at the output's place
/// then.
void stop_if_asked(const std::string& where, const RunOptions& options, std::int64_t rows_done);

}  // namespace aufbau::train
