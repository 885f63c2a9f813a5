#include "graphs/graphon/resize.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"

namespace aufbau::graphs {

namespace {

/// The two source lines a result line is mixed from.
struct Tap {
  Eigen::Index low, high;
  double share;  ///< of `high`
};

std::vector<Tap> taps(Eigen::Index from, Eigen::Index to) {
  std::vector<Tap> result;
  for (Eigen::Index i = 0; i < to; ++i) {
    const double at =
        (static_cast<double>(i) + 0.5) * static_cast<double>(from) / static_cast<double>(to) - 0.5;
    const double floor = std::floor(at);
    const auto low = static_cast<Eigen::Index>(floor);
    result.push_back({std::clamp<Eigen::Index>(low, 0, from - 1),
                      std::clamp<Eigen::Index>(low + 1, 0, from - 1), at - floor});
  }
  return result;
}

}  // namespace

Matrix bilinear_resize(const Matrix& source, Eigen::Index rows, Eigen::Index cols) {
  if (source.size() == 0 || rows < 1 || cols < 1)
    fail(ErrorKind::usage, "resize", "expected at least one row and column, got ", source.rows(),
         " x ", source.cols(), " to be made ", rows, " x ", cols);
  const std::vector<Tap> row_taps = taps(source.rows(), rows), col_taps = taps(source.cols(), cols);
  Matrix wide(source.rows(), cols);
  for (Eigen::Index r = 0; r < source.rows(); ++r)
    for (Eigen::Index c = 0; c < cols; ++c) {
      const Tap& tap = col_taps[static_cast<std::size_t>(c)];
      wide(r, c) = (1 - tap.share) * source(r, tap.low) + tap.share * source(r, tap.high);
    }
  Matrix result(rows, cols);
  for (Eigen::Index r = 0; r < rows; ++r) {
    const Tap& tap = row_taps[static_cast<std::size_t>(r)];
    result.row(r) = (1 - tap.share) * wide.row(tap.low) + tap.share * wide.row(tap.high);
  }
  return result;
}

}  // namespace aufbau::graphs
