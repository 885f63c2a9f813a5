#include "report/measurements.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <numeric>

#include "core/error.h"
#include "data/ingest.h"
#include "molecules/records.h"
#include "report/builtin_molecules.h"
#include "report/words.h"

namespace aufbau::report {
namespace {

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

data::Dataset from_records(molecules::RecordReader reader) {
  data::PipelineOptions pipeline;
  pipeline.scaffolds = false;
  store::DatasetContent content;
  content.graphs = graphs::GraphSet(molecules::schema_by_name(pipeline.schema));
  molecules::Decisions decisions;
  data::for_each_row(reader, pipeline, decisions, [&](data::IngestedRow& row) {
    if (row.code.empty()) content.graphs.append(row.graph.view());
  });
  return data::Dataset(std::move(content));
}

/// The built-in molecules, repeated to a few batches.
data::Dataset from_builtin() {
  constexpr std::size_t kRows = 4096;
  store::DatasetContent content;
  content.graphs = graphs::GraphSet(molecules::schema_by_name("hu2"));
  molecules::Decisions decisions;
  std::vector<graphs::Graph> made;
  for (const auto& smiles : kBuiltinMolecules) {
    auto parsed = molecules::parse_smiles(smiles);
    made.push_back(std::get<graphs::Graph>(molecules::featurise(
        std::get<molecules::Molecule>(parsed), content.graphs.schema(), decisions)));
  }
  for (std::size_t i = 0; i < kRows; ++i) content.graphs.append(made[i % made.size()].view());
  return data::Dataset(std::move(content));
}

}  // namespace

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

std::vector<BenchmarkRow> measure_in_turns(const BenchmarkOptions& options, const std::string& name,
                                           const std::string& unit, const std::string& ceiling_name,
                                           double amount, const std::function<Round()>& round) {
  constexpr std::size_t kLeastRounds = 3;
  std::vector<double> figures, ceilings, ratios, dense, dense_ratios, bounds;
  double spent = 0;
  round();
  while (spent < options.seconds || figures.size() < kLeastRounds) {
    if (options.should_stop && options.should_stop())
      fail(ErrorKind::interrupted, "benchmark", "stopped on request");
    const Round seconds = round();
    spent += seconds.work;
    figures.push_back(amount / seconds.work);
    ceilings.push_back(amount / seconds.ceiling);
    ratios.push_back(seconds.ceiling / seconds.work);
    if (seconds.dense > 0) {
      dense.push_back(amount / seconds.dense);
      dense_ratios.push_back(seconds.dense / seconds.work);
      bounds.push_back(seconds.dense / seconds.ceiling);
    }
    if (options.progress)
      options.progress({.stage = name,
                        .done = spent,
                        .total = options.seconds,
                        .unit = "s",
                        .note = std::to_string(figures.size()) + " rounds"});
  }
  const double best_figure = *std::max_element(figures.begin(), figures.end());
  const double best_ceiling = *std::max_element(ceilings.begin(), ceilings.end());
  const std::string rounds = ", median of " + std::to_string(figures.size());
  std::vector<BenchmarkRow> rows = {
      {name + rounds, unit, median(figures), median(ceilings), median(ratios), ceiling_name},
      {name + ", best", unit, best_figure, best_ceiling, best_figure / best_ceiling, ceiling_name}};
  if (dense.empty()) return rows;
  const std::string bound =
      "the same without shared rows; sharing allows " + formatted(median(bounds), "%.2f");
  const double best_dense = *std::max_element(dense.begin(), dense.end());
  rows.push_back(
      {name + rounds, unit, median(figures), median(dense), median(dense_ratios), bound});
  rows.push_back({name + ", best", unit, best_figure, best_dense, best_figure / best_dense, bound});
  return rows;
}

std::string sample_file() {
  const char* path = "/usr/share/RDKit/Data/NCI/first_5K.smi";
  return std::filesystem::exists(path) ? path : "";
}

data::Dataset benchmark_dataset(const BenchmarkOptions& options) {
  const std::string path = options.data.empty() ? sample_file() : options.data;
  if (path.empty()) return from_builtin();
  if (path.ends_with(".h5")) return data::Dataset::open(path);
  return from_records(molecules::RecordReader(path, {}));
}

std::unique_ptr<nn::Encoder> benchmark_encoder(const BenchmarkOptions& options,
                                               const data::Dataset& dataset) {
  nn::EncoderConfig config;
  config.type = options.encoder.encoder;
  config.layers = options.encoder.layers;
  config.width = options.encoder.width;
  config.jk = options.encoder.jk;
  config.dropout = options.encoder.dropout;
  config.schema = dataset.schema();
  config.share_rows = options.compaction;
  return nn::make_encoder(config, options.seed);
}

std::vector<std::int64_t> first_rows(const data::Dataset& dataset, std::int64_t count) {
  if (dataset.size() == 0) fail(ErrorKind::nothing_valid, "benchmark", "the dataset has no graphs");
  std::vector<std::int64_t> rows(static_cast<std::size_t>(std::min(count, dataset.size())));
  std::iota(rows.begin(), rows.end(), 0);
  return rows;
}

}  // namespace aufbau::report
