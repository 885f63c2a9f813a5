#include "report/transfer/histograms.h"

#include <vector>

#include "core/error.h"
#include "core/parallel.h"

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
  std::vector<graphs::GraphView> views;
  views.reserve(static_cast<std::size_t>(part.size()));
  for (const BasisPart::Rows& of_source : part.graphs)
    for (const std::int64_t row : of_source.rows) views.push_back(of_source.dataset->graph(row));
  const graphs::NodeClasses* classes = settings.classes ? &*settings.classes : nullptr;
  const std::int64_t cells = std::int64_t{settings.resolution} * settings.resolution;
  const auto read = [&](std::int64_t first, Eigen::Ref<Matrix> block) {
    parallel_blocks(block.rows(), kGraphsPerBlock, [&](std::int64_t begin, std::int64_t end) {
      graphs::RankHistogram histogram(settings.resolution, graphs::RankTies::averaged, classes);
      for (std::int64_t i = begin; i < end; ++i) {
        histogram.assign(views[static_cast<std::size_t>(first + i)]);
        block.row(i).setZero();
        for (const std::int32_t pair : histogram.touched()) {
          const std::span<const double> values = histogram.block(pair);
          block.row(i).segment(pair * cells, cells) =
              Eigen::Map<const Eigen::RowVectorXd>(values.data(), cells);
        }
      }
    });
  };
  return graphs::HistogramSample::from_blocks(part.size(), settings.width(), read, settings.limits);
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
