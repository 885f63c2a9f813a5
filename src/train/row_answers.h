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
/// Answers to those graphs, `width` numbers each, as one block per row; NaN for a row without
/// graph. A row whose answer is not finite is refused as `non-finite` and gets NaN too.
std::vector<double> spread_answers(std::span<InputRow> rows, std::span<const double> answers,
                                   std::size_t width);
std::vector<float> spread_answers(std::span<InputRow> rows, std::span<const float> answers,
                                  std::size_t width);
/// "code: reason" on one line; empty when the row is fine.
std::string error_text(const InputRow& row);
void count(std::span<const InputRow> rows, ApplySummary& summary);
/// Error{interrupted} when the options ask to stop; nothing has been written at the output's place
/// then.
void stop_if_asked(const std::string& where, const RunOptions& options, std::int64_t rows_done);

}  // namespace aufbau::train
