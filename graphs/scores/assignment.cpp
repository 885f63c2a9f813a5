#include "graphs/scores/assignment.h"

#include <limits>

namespace aufbau::graphs {

const std::vector<std::int32_t>& Assignment::solve(const Matrix& cost) {
  const auto rows = static_cast<std::int32_t>(cost.rows());
  const auto columns = static_cast<std::size_t>(cost.cols());
  row_price_.assign(static_cast<std::size_t>(rows), 0);
  column_price_.assign(columns, 0);
  row_of_.assign(columns, -1);
  before_.resize(columns);
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  for (std::int32_t start = 0; start < rows; ++start) {
    // Dijkstra over reduced costs from the row `start` to the nearest free column.
    slack_.assign(columns, std::numeric_limits<double>::infinity());
    is_reached_.assign(columns, 0);
    std::int32_t row = start;
    std::size_t column = kNone;
    do {
      if (column != kNone) is_reached_[column] = 1;
      std::size_t nearest = kNone;
      double step = std::numeric_limits<double>::infinity();
      for (std::size_t j = 0; j < columns; ++j) {
        if (is_reached_[j]) continue;
        const double reduced = cost(row, static_cast<Eigen::Index>(j)) -
                               row_price_[static_cast<std::size_t>(row)] - column_price_[j];
        if (reduced < slack_[j]) {
          slack_[j] = reduced;
          before_[j] = column == kNone ? -1 : static_cast<std::int32_t>(column);
        }
        if (slack_[j] < step) {
          step = slack_[j];
          nearest = j;
        }
      }
      // All rows reached so far and their columns move by the step, the rest comes nearer.
      row_price_[static_cast<std::size_t>(start)] += step;
      for (std::size_t j = 0; j < columns; ++j) {
        if (is_reached_[j]) {
          row_price_[static_cast<std::size_t>(row_of_[j])] += step;
          column_price_[j] -= step;
        } else {
          slack_[j] -= step;
        }
      }
      column = nearest;
      row = row_of_[column];
    } while (row >= 0);
    // Every column on the path takes the row of the one before it.
    while (before_[column] >= 0) {
      const auto previous = static_cast<std::size_t>(before_[column]);
      row_of_[column] = row_of_[previous];
      column = previous;
    }
    row_of_[column] = start;
  }
  return row_of_;
}

}  // namespace aufbau::graphs
