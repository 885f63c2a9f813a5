#include "report/transfer/feasibility.h"

#include "core/error.h"
#include "core/parallel.h"
#include "graphs/graphon/rank_histogram.h"

namespace aufbau::report {

namespace {

constexpr std::int64_t kGraphsPerBlock = 64;

using graphs::Matrix;

/// Histograms of the graphs of a part, read in blocks.
graphs::HistogramSample sample_of(const BasisPart& part, const FeasibilitySettings& settings) {
  if (part.size() < 2)
    fail(ErrorKind::usage, "transfer", part.name, " has ", part.size(),
         " graph; at least two are needed to know how much graphs differ by chance");
  std::vector<graphs::GraphView> views;
  views.reserve(static_cast<std::size_t>(part.size()));
  for (const BasisPart::Rows& of_source : part.graphs)
    for (const std::int64_t row : of_source.rows) views.push_back(of_source.dataset->graph(row));
  const auto read = [&](std::int64_t first, Eigen::Ref<Matrix> block) {
    parallel_blocks(block.rows(), kGraphsPerBlock, [&](std::int64_t begin, std::int64_t end) {
      graphs::RankHistogram histogram(settings.resolution, graphs::RankTies::averaged);
      for (std::int64_t i = begin; i < end; ++i) {
        histogram.assign(views[static_cast<std::size_t>(first + i)]);
        const std::span<const double> cells = histogram.block(0);
        block.row(i) = Eigen::Map<const Eigen::RowVectorXd>(
            cells.data(), static_cast<Eigen::Index>(cells.size()));
      }
    });
  };
  return graphs::HistogramSample::from_blocks(
      part.size(), std::int64_t{settings.resolution} * settings.resolution, read, settings.limits);
}

BasisPart whole(const data::Dataset& dataset) {
  BasisPart part{dataset.path(), {{&dataset, {}}}};
  for (std::int64_t row = 0; row < dataset.size(); ++row) part.graphs[0].rows.push_back(row);
  return part;
}

Matrix mean_graphon(const graphs::HistogramSample& sample, Eigen::Index resolution) {
  const graphs::Vector mean = sample.moments().mean();
  return Eigen::Map<const Matrix>(mean.data(), resolution, resolution);
}

}  // namespace

Feasibility measure_feasibility(std::span<const data::Dataset> sources, const data::Dataset& target,
                                const FeasibilitySettings& settings) {
  Feasibility result;
  result.basis = settings.basis;
  const graphs::HistogramSample target_sample = sample_of(whole(target), settings);
  result.target = mean_graphon(target_sample, settings.resolution);
  result.target_count = target.size();
  result.target_scale = graphs::graph_scale(target.graphs());

  std::vector<graphs::HistogramSample> samples;
  std::vector<graphs::Moments> moments;
  std::vector<Matrix> graphons;
  for (const BasisPart& part : basis_by_name(settings.basis).divide(sources, settings.division)) {
    samples.push_back(sample_of(part, settings));
    moments.push_back(samples.back().moments());
    graphons.push_back(mean_graphon(samples.back(), settings.resolution));
    result.parts.push_back({part.name, part.size(), graphons.back(), 0, {}});
  }
  result.distance = graphs::estimate_distance(moments, target_sample.moments());
  const graphs::Bootstrap replicates =
      graphs::bootstrap(samples, target_sample, settings.bootstrap);
  result.interval = replicates.interval(result.distance, settings.level);
  const std::vector<graphs::Interval> weights = replicates.alpha_intervals(settings.level);
  for (std::size_t j = 0; j < result.parts.size(); ++j) {
    result.parts[j].weight = result.distance.fit.alpha[static_cast<Eigen::Index>(j)];
    result.parts[j].weight_interval = weights[j];
  }
  result.bounds = graphs::mixture_bounds(graphs::GeneratorSpace(graphons),
                                         result.distance.fit.alpha, result.target);
  samples.clear();

  for (const data::Dataset& source : sources) {
    if (source.size() == 0) continue;
    const graphs::PermutationTest test = graphs::permutation_test(
        sample_of(whole(source), settings), target_sample, settings.permutation);
    result.sources.push_back({source.path(), source.size(), graphs::graph_scale(source.graphs()),
                              test.distance, test.p_value});
  }
  return result;
}

}  // namespace aufbau::report
