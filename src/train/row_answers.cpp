#include "train/row_answers.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace aufbau::train {

namespace {

template <class T>
std::vector<T> spread(std::span<InputRow> rows, std::span<const T> answers, std::size_t width) {
  std::vector<T> all(rows.size() * width, std::numeric_limits<T>::quiet_NaN());
  std::size_t next = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (!rows[r].ok()) continue;
    const auto answer = answers.subspan(width * next++, width);
    if (std::all_of(answer.begin(), answer.end(), [](T value) { return std::isfinite(value); })) {
      std::copy(answer.begin(), answer.end(), all.begin() + static_cast<std::ptrdiff_t>(r * width));
    } else {
      rows[r].code = "non-finite";
      rows[r].reason = "the model's answer is not a finite number";
    }
  }
  return all;
}

}  // namespace

std::vector<graphs::GraphView> graphs_of(std::span<const InputRow> rows) {
  std::vector<graphs::GraphView> graphs;
  for (const InputRow& row : rows)
    if (row.ok()) graphs.push_back(row.graph.view());
  return graphs;
}

std::vector<double> spread_answers(std::span<InputRow> rows, std::span<const double> answers,
                                   std::size_t width) {
  return spread(rows, answers, width);
}

std::vector<float> spread_answers(std::span<InputRow> rows, std::span<const float> answers,
                                  std::size_t width) {
  return spread(rows, answers, width);
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
