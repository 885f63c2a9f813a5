#pragma once
#include <cstdint>
#include <vector>

#include "aufbau.h"
#include "report/transfer/histograms.h"

namespace aufbau::report {

/// The relative-rank histograms that a part has, each once, and whose they are: graphs of equal
/// size with as many edges between nodes of each two degrees share theirs, as most molecules do.
/// They are symmetric matrices of C R rows for C node classes, here packed into the cells on and
/// above the diagonal, those above it times the root of 2, so that products of packed rows are
/// products of histograms. Memory: 4 bytes per cell of a pattern, 4 per graph.
class HistogramPatterns {
 public:
  using Row = Eigen::VectorXf;

  /// Asks `run` whether to stop between blocks, and tells it how many graphs were read.
  HistogramPatterns(const BasisPart& part, const HistogramSettings& settings,
                    const RunOptions& run);

  std::int64_t count() const { return static_cast<std::int64_t>(members_.size()); }
  Eigen::Index width() const { return width_; }
  Eigen::Map<const Row> row(std::int64_t pattern) const {
    return Eigen::Map<const Row>(values_.data() + pattern * width_, width_);
  }
  /// Graphs of the part, by their place in graphs_of(), ascending.
  const std::vector<std::int32_t>& members(std::int64_t pattern) const {
    return members_[static_cast<std::size_t>(pattern)];
  }

 private:
  Eigen::Index width_;
  std::vector<float> values_;  // row-major [patterns, width], patterns as they are first met
  std::vector<std::vector<std::int32_t>> members_;
};

/// One histogram [settings.width()], packed as above.
Eigen::VectorXd packed(const graphs::Vector& histogram, const HistogramSettings& settings);

}  // namespace aufbau::report
