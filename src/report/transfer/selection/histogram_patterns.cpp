#include "report/transfer/selection/histogram_patterns.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>

#include "core/error.h"
#include "core/parallel.h"
#include "report/transfer/stop.h"
#include "train/progress_meter.h"

namespace aufbau::report {

namespace {

/// Where a packed cell is in a histogram, and what it is multiplied with.
struct PackedCell {
  Eigen::Index place;
  double factor;
};

/// The cell of classes a, b and ranks x, y is at ((a C + b) R + x) R + y, and equal to that of b, a
/// and y, x.
std::vector<PackedCell> packed_cells(const HistogramSettings& settings) {
  const Eigen::Index resolution = settings.resolution;
  const Eigen::Index classes = settings.classes ? settings.classes->class_count : 1;
  std::vector<PackedCell> cells;
  for (Eigen::Index i = 0; i < classes * resolution; ++i)
    for (Eigen::Index j = i; j < classes * resolution; ++j) {
      const Eigen::Index pair = i / resolution * classes + j / resolution;
      cells.push_back({(pair * resolution + i % resolution) * resolution + j % resolution,
                       i == j ? 1 : std::sqrt(2.0)});
    }
  return cells;
}

}  // namespace

Eigen::VectorXd packed(const graphs::Vector& histogram, const HistogramSettings& settings) {
  const std::vector<PackedCell> cells = packed_cells(settings);
  Eigen::VectorXd result(static_cast<Eigen::Index>(cells.size()));
  for (std::size_t i = 0; i < cells.size(); ++i)
    result[static_cast<Eigen::Index>(i)] = cells[i].factor * histogram[cells[i].place];
  return result;
}

HistogramPatterns::HistogramPatterns(const BasisPart& part, const HistogramSettings& settings,
                                     const RunOptions& run) {
  const std::vector<PackedCell> cells = packed_cells(settings);
  const std::size_t width = cells.size();
  width_ = static_cast<Eigen::Index>(width);
  const auto most = static_cast<std::size_t>(graphs_per_block(settings));
  const std::vector<graphs::GraphView> views = graphs_of(part);
  if (views.size() > INT32_MAX)
    fail(ErrorKind::resource, "select", views.size(), " graphs, expected at most ", INT32_MAX,
         "; choose with --method mixture");
  train::ProgressMeter meter(run.progress, "graphs", static_cast<double>(views.size()));
  // By hash of the bytes; patterns whose hashes are equal are told apart by their bytes.
  std::unordered_multimap<std::size_t, std::int64_t> known;
  graphs::Matrix block;
  std::vector<float> rows;
  std::vector<std::size_t> hashes;
  const auto bytes_of = [&](const float* row) {
    return std::string_view(reinterpret_cast<const char*>(row), width * sizeof(float));
  };
  for (std::size_t first = 0; first < views.size(); first += most) {
    require_going_on(run);
    meter.update("histograms", static_cast<double>(first));
    const std::size_t count = std::min(most, views.size() - first);
    block.resize(static_cast<Eigen::Index>(count), settings.width());
    fill_histograms(std::span(views).subspan(first, count), settings, block);
    rows.resize(count * width);
    hashes.resize(count);
    parallel_blocks(
        static_cast<std::int64_t>(count), 64, [&](std::int64_t begin, std::int64_t end) {
          for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
            float* row = rows.data() + i * width;
            for (std::size_t c = 0; c < width; ++c)
              row[c] = static_cast<float>(cells[c].factor *
                                          block(static_cast<Eigen::Index>(i), cells[c].place));
            hashes[i] = std::hash<std::string_view>()(bytes_of(rows.data() + i * width));
          }
        });
    for (std::size_t i = 0; i < count; ++i) {
      const float* row = rows.data() + i * width;
      const auto [begin, end] = known.equal_range(hashes[i]);
      const auto found = std::find_if(begin, end, [&](const auto& one) {
        return bytes_of(values_.data() + static_cast<std::size_t>(one.second) * width) ==
               bytes_of(row);
      });
      const std::int64_t pattern = found == end ? this->count() : found->second;
      if (found == end) {
        known.emplace(hashes[i], pattern);
        values_.insert(values_.end(), row, row + width);
        members_.emplace_back();
      }
      members_[static_cast<std::size_t>(pattern)].push_back(static_cast<std::int32_t>(first + i));
    }
  }
  meter.line("histograms", static_cast<double>(views.size()),
             std::to_string(members_.size()) + " different");
}

}  // namespace aufbau::report
