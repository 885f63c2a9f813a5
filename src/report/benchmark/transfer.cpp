#include <algorithm>
#include <cstring>

#include "core/parallel.h"
#include "molecules/parse_rate.h"
#include "report/benchmark/measurements.h"
#include "report/transfer/feasibility.h"
#include "report/transfer/scored_dataset.h"

namespace aufbau::report {
namespace {

using graphs::Matrix;

constexpr std::size_t kMixed = 5;  ///< graphons in the mixture, as --parts

BasisPart part_of(const data::Dataset& dataset, std::vector<std::int64_t> rows) {
  return {"", {{&dataset, std::move(rows)}}};
}

/// The ends of all edges of the first `count` graphs, copied.
void copy_edges(const graphs::GraphSet& graphs, std::int64_t count,
                std::vector<std::int32_t>& copy) {
  constexpr std::int64_t kBlock = 1 << 14;
  const std::int64_t edges = graphs.edge_ptr()[static_cast<std::size_t>(count)];
  copy.resize(static_cast<std::size_t>(2 * edges));
  parallel_blocks(edges, kBlock, [&](std::int64_t begin, std::int64_t end) {
    const auto bytes = static_cast<std::size_t>(end - begin) * sizeof(std::int32_t);
    std::memcpy(copy.data() + begin, graphs.begin().data() + begin, bytes);
    std::memcpy(copy.data() + edges + begin, graphs.end().data() + begin, bytes);
  });
}

/// As many histograms as there are graphs, filled with a number and added up, in blocks.
void add_histograms(std::int64_t count, std::int64_t width) {
  constexpr std::int64_t kBlock = 64;
  Matrix sums = Matrix::Zero((count + kBlock - 1) / kBlock, width);
  parallel_blocks(count, kBlock, [&](std::int64_t begin, std::int64_t end) {
    const Matrix block = Matrix::Constant(end - begin, width, 0.5);
    sums.row(begin / kBlock) = block.colwise().sum();
  });
}

BenchmarkRow measure_graphons(const BenchmarkOptions& options, BenchmarkData& data,
                              const GraphonSettings& settings) {
  const data::Dataset& dataset = data.dataset();
  const BasisPart part = part_of(dataset, data.rows());
  const std::int64_t width = settings.histograms.width();
  std::vector<std::int32_t> copy;
  return measure_in_turns(
      options,
      {"relative-rank graphon of " + with_thousands(part.size()) + " graphs",
       "graphs/s",
       static_cast<double>(part.size()),
       {"copying their edges", "adding up as many histograms"}},
      [&] {
        Round round;
        round.work = seconds_of([&] { histograms_of(part, settings.histograms); });
        round.ceilings = {seconds_of([&] { copy_edges(dataset.graphs(), part.size(), copy); }),
                          seconds_of([&] { add_histograms(part.size(), width); })};
        return round;
      });
}

/// The rows cut into kMixed sources and a target.
BenchmarkRow measure_mixture(const BenchmarkOptions& options, BenchmarkData& data,
                             const GraphonSettings& settings) {
  const MeasureOptions measure;
  const std::vector<std::int64_t> rows = data.rows();
  FittedBasis basis, target;
  std::vector<GemmShape> replicates;
  for (std::size_t s = 0; s <= kMixed; ++s) {
    const auto begin = static_cast<std::ptrdiff_t>(rows.size() * s / (kMixed + 1));
    const auto end = static_cast<std::ptrdiff_t>(rows.size() * (s + 1) / (kMixed + 1));
    const auto sample = histograms_of(
        part_of(data.dataset(), {rows.begin() + begin, rows.begin() + end}), settings.histograms);
    FittedBasis& set = s < kMixed ? basis : target;
    set.parts.push_back({"", end - begin, mean_graphon(sample.moments(), settings.histograms), {}});
    replicates.push_back(
        {false, false, measure.bootstrap, settings.histograms.width(), sample.batch_sums().rows()});
    set.samples.push_back(sample);
  }
  return measure_in_turns(
      options,
      {"nearest mixture of " + std::to_string(kMixed) + " graphons, interval from " +
           with_thousands(measure.bootstrap) + " replicates",
       "replicates/s",
       static_cast<double>(measure.bootstrap),
       {"the matrix products of the replicates, in f32"}},
      [&] {
        Round round;
        round.work = seconds_of([&] { nearest_mixture(basis, target, measure, settings); });
        round.ceilings = {gemm_seconds(replicates)};
        return round;
      });
}

/// A sample as source and another as target, both of the same dataset.
BenchmarkRow measure_all_scores(const BenchmarkOptions& options, BenchmarkData& data) {
  MeasureOptions measure;
  measure.sample = options.molecules;
  RunOptions run;
  run.seed = options.seed;
  run.threads = thread_count();
  run.should_stop = options.should_stop;
  RunOptions other = run;
  ++other.seed;
  const std::vector<std::string> smiles = data.smiles();
  const auto count = static_cast<double>(smiles.size());
  return measure_in_turns(
      options,
      {"all scores of " + with_thousands(static_cast<std::int64_t>(smiles.size())) +
           " molecules against as many",
       "molecules/s",
       2 * count,
       {"RDKit alone"}},
      [&] {
        Round round;
        round.work = seconds_of([&] {
          std::vector<ScoredDataset> sources;
          sources.emplace_back(data.dataset(), measure, run);
          const ScoredDataset target(data.dataset(), measure, other);
          measure_scores(sources, target, measure, run);
        });
        round.ceilings = {2 * count / molecules::rdkit_parse_rate(smiles)};
        return round;
      });
}

}  // namespace

std::vector<BenchmarkRow> measure_transfer(const BenchmarkOptions& options, BenchmarkData& data) {
  if (data.dataset().size() < kLeastMolecules) return {};
  const GraphonSettings settings =
      graphon_settings({}, options.seed, {&data.dataset(), 1}, /*targets=*/{});
  std::vector<BenchmarkRow> rows;
  rows.push_back(measure_graphons(options, data, settings));
  rows.push_back(measure_mixture(options, data, settings));
  if (data.has_molecules()) rows.push_back(measure_all_scores(options, data));
  return rows;
}

}  // namespace aufbau::report
