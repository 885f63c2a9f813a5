#include "train/row_answers.h"

#include <algorithm>

#include "core/error.h"

namespace aufbau::train {

std::vector<graphs::GraphView> graphs_of(std::span<const InputRow> rows) {
  std::vector<graphs::GraphView> graphs;
  for (const InputRow& row : rows)
    if (row.ok()) graphs.push_back(row.graph.view());
  return graphs;
}

std::string error_text(const InputRow& row) {
  if (row.ok()) return "";
  std::string text = row.code + ": " + row.reason;
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return text;
}

void count(std::span<const InputRow> rows, ApplySummary& summary) {
  for (const InputRow& row : rows) {
    ++summary.rows;
    ++(row.ok() ? summary.answered : summary.refused);
  }
}

void stop_if_asked(const std::string& where, const RunOptions& options, std::int64_t rows_done) {
  if (options.should_stop && options.should_stop())
    fail(ErrorKind::interrupted, where, "stopped on request after ", rows_done,
         " rows; nothing was written");
}

}  // namespace aufbau::train
