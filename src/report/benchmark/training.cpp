#include <algorithm>
#include <numeric>

#include "objectives/objective.h"
#include "report/benchmark/measurements.h"
#include "report/benchmark/products.h"
#include "tensor/backend.h"
#include "tensor/device/launches.h"
#include "train/tasks.h"
#include "train/training.h"

namespace aufbau::report {
namespace {

/// Steps that are timed in one go: the loader works beside them as in a run, and only the first
/// batch is waited for.
constexpr std::int64_t kStepsPerRound = 8;

objectives::ObjectiveConfig objective_config(const std::string& name, const data::Dataset& dataset,
                                             const nn::EncoderConfig& encoder,
                                             const std::vector<std::int64_t>& rows,
                                             std::uint64_t seed) {
  objectives::ObjectiveConfig config;
  config.encoder = encoder;
  config.seed = seed;
  if (name != "supervised") return config;
  const train::Tasks tasks = train::choose_tasks("benchmark", dataset, {}, "auto", true);
  const nn::TargetScaler scaler = train::target_scaler(dataset, tasks, rows);
  config.target_columns = tasks.columns;
  config.task_types = tasks.types;
  config.target_mean = scaler.mean;
  config.target_deviation = scaler.deviation;
  return config;
}

/// The products of the steps that train_epoch takes in this epoch, from the same batches.
std::vector<GemmShape> products_of_epoch(const train::Stage& stage,
                                         objectives::Objective& objective, std::uint32_t epoch) {
  std::vector<GemmShape> products;
  const auto batches =
      data::cut_batches(data::epoch_order(stage.rows, stage.seed, epoch), stage.batch_size);
  for (std::size_t b = 0; b < batches.size(); ++b) {
    const auto step = static_cast<std::uint32_t>(epoch * batches.size() + b);
    const auto prepared = objective.prepare(stage.dataset, batches[b], {stage.seed, epoch, step});
    if (prepared->empty) continue;
    if (stage.device != Device{}) prepared->move_to(stage.device);
    const nn::ForwardContext context{true, stage.seed, epoch, step};
    const auto result = objective.loss(stage.encoder, *prepared, context);
    const auto of_batch = gemm_shapes(recorded_products({result.loss}), true);
    products.insert(products.end(), of_batch.begin(), of_batch.end());
  }
  return products;
}

BenchmarkRow measure(const BenchmarkOptions& options, const data::Dataset& dataset,
                     const std::string& kind, const std::string& name, int batch_size) {
  const auto encoder = benchmark_encoder(options, kind, dataset);
  std::vector<std::int64_t> rows(
      static_cast<std::size_t>(std::min(kStepsPerRound * batch_size, dataset.size())));
  std::iota(rows.begin(), rows.end(), 0);
  const auto objective = objectives::make_objective(
      name, objective_config(name, dataset, encoder->config(), rows, options.seed));
  // The same with a row for every node: what its products need is the plain ceiling.
  nn::EncoderConfig plain_encoder = encoder->config();
  plain_encoder.share_rows = false;
  const auto plain = objectives::make_objective(
      name, objective_config(name, dataset, plain_encoder, rows, options.seed));
  const Device device = parse_device(options.device);
  nn::move_to(device, encoder->parameters());
  nn::move_to(device, objective->parameters());
  nn::move_to(device, plain->parameters());
  train::Adam adam(train::stage_parameters(*encoder, *objective), {});
  const OptimizerOptions optimizer;
  const train::Schedule schedule(optimizer, 1, kStepsPerRound);
  train::Stage stage{dataset, rows, *encoder, *objective, adam, schedule, batch_size, options.seed};
  stage.device = device;
  std::uint32_t epoch = 0;
  double launches = 0, waits = 0;
  const Subject subject{
      shown_encoder(options, kind) + ", " + name + ", batch " + with_thousands(batch_size),
      "molecules/s", static_cast<double>(rows.size()), product_ceilings(options)};
  BenchmarkRow row = measure_in_turns(options, subject, [&] {
    Round round;
    RecordedProducts products{products_of_epoch(stage, *objective, epoch), {}};
    if (options.compaction) products.plain = products_of_epoch(stage, *plain, epoch);
    train::EpochMetrics metrics;
    const std::uint64_t launched = device::launches(device), waited = device::waits(device);
    round.work = seconds_of([&] {
      train::train_epoch(stage, static_cast<int>(epoch), 0, metrics,
                         [](const train::StepReport&) {});
    });
    const auto steps = static_cast<double>(stage.steps_per_epoch());
    launches = static_cast<double>(device::launches(device) - launched) / steps;
    waits = static_cast<double>(device::waits(device) - waited) / steps;
    round.ceilings = product_seconds(products, device);
    ++epoch;
    return round;
  });
  row.launches = launches;
  row.waits = waits;
  return row;
}

}  // namespace

std::vector<BenchmarkRow> measure_training(const BenchmarkOptions& options, BenchmarkData& data) {
  const data::Dataset& dataset = data.dataset();
  const bool asks_for_all = std::find(options.objectives.begin(), options.objectives.end(),
                                      "all") != options.objectives.end();
  std::vector<BenchmarkRow> rows;
  for (const std::string& kind : chosen_encoders(options))
    for (const std::string& objective : chosen_objectives(options)) {
      if (asks_for_all && objective == "supervised" && dataset.target_names().empty()) continue;
      for (const int batch_size : options.batch_sizes)
        rows.push_back(measure(options, dataset, kind, objective, batch_size));
    }
  return rows;
}

}  // namespace aufbau::report
