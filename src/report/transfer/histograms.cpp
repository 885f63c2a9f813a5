#include "report/transfer/histograms.h"

#include <algorithm>

#include "core/error.h"
#include "core/parallel.h"
#include "report/transfer/stop.h"

namespace aufbau::report {

namespace {

constexpr std::int64_t kGraphsPerBlock = 64;

using graphs::Matrix;

std::int64_t pair_count(const HistogramSettings& settings) {
  const std::int64_t classes = settings.classes ? settings.classes->class_count : 1;
  return classes * classes;
}

}  // namespace

std::int64_t HistogramSettings::width() const {
  return pair_count(*this) * resolution * resolution;
}

graphs::HistogramSample histograms_of(const BasisPart& part, const HistogramSettings& settings) {
  if (part.size() < 2)
    fail(ErrorKind::usage, "transfer", part.name, " has ", part.size(),
         part.size() == 1 ? " graph" : " graphs",
         "; at least two are needed to know how much graphs differ by chance");
  const std::vector<graphs::GraphView> views = graphs_of(part);
  const auto read = [&](std::int64_t first, Eigen::Ref<Matrix> block) {
    fill_histograms(std::span(views).subspan(static_cast<std::size_t>(first)), settings, block);
  };
  return graphs::HistogramSample::from_blocks(part.size(), settings.width(), read, settings.limits);
}

graphs::Moments moments_of(const BasisPart& part, const HistogramSettings& settings,
                           const RunOptions& run) {
  const std::vector<graphs::GraphView> views = graphs_of(part);
  graphs::Moments moments{part.size(), graphs::Vector::Zero(settings.width()), 0};
  const auto most = static_cast<std::size_t>(graphs_per_block(settings));
  Matrix block;
  for (std::size_t first = 0; first < views.size(); first += most) {
    require_going_on(run);
    const std::size_t count = std::min(most, views.size() - first);
    block.resize(static_cast<Eigen::Index>(count), settings.width());
    fill_histograms(std::span(views).subspan(first, count), settings, block);
    moments.sum += block.colwise().sum().transpose();
    moments.squared_norms += block.squaredNorm();
  }
  return moments;
}

std::vector<graphs::GraphView> graphs_of(const BasisPart& part) {
  std::vector<graphs::GraphView> views;
  views.reserve(static_cast<std::size_t>(part.size()));
  for (const BasisPart::Rows& of_source : part.graphs)
    for (const std::int64_t row : of_source.rows) views.push_back(of_source.dataset->graph(row));
  return views;
}

void fill_histograms(std::span<const graphs::GraphView> graphs, const HistogramSettings& settings,
                     Eigen::Ref<Matrix> block) {
  const graphs::NodeClasses* classes = settings.classes ? &*settings.classes : nullptr;
  const std::int64_t cells = std::int64_t{settings.resolution} * settings.resolution;
  parallel_blocks(block.rows(), kGraphsPerBlock, [&](std::int64_t begin, std::int64_t end) {
    graphs::RankHistogram histogram(settings.resolution, graphs::RankTies::averaged, classes);
    for (std::int64_t i = begin; i < end; ++i) {
      histogram.assign(graphs[static_cast<std::size_t>(i)]);
      block.row(i).setZero();
      for (const std::int32_t pair : histogram.touched()) {
        const std::span<const double> values = histogram.block(pair);
        block.row(i).segment(pair * cells, cells) =
            Eigen::Map<const Eigen::RowVectorXd>(values.data(), cells);
      }
    }
  });
}

std::int64_t graphs_per_block(const HistogramSettings& settings) {
  constexpr std::int64_t kNumbers = std::int64_t{1} << 22;
  return std::clamp<std::int64_t>(kNumbers / settings.width(), 1, 4096);
}

BasisPart whole(const data::Dataset& dataset) {
  BasisPart part{dataset.path(), {{&dataset, {}}}};
  for (std::int64_t row = 0; row < dataset.size(); ++row) part.graphs[0].rows.push_back(row);
  return part;
}

graphs::Matrix mean_graphon(const graphs::Moments& moments, const HistogramSettings& settings) {
  const Eigen::Index side = settings.resolution;
  const graphs::Vector mean = moments.mean();
  Matrix graphon = Matrix::Zero(side, side);
  for (std::int64_t pair = 0; pair < pair_count(settings); ++pair)
    graphon += Eigen::Map<const Matrix>(mean.data() + pair * side * side, side, side);
  return (graphon + graphon.transpose()) / 2;  // sums of rounded numbers are not quite symmetric
}

}  // namespace aufbau::report
