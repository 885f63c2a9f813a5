#include "train/training.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/json_object.h"
#include "tensor/device/out_of_memory.h"
#include "train/micro_batches.h"

namespace aufbau::train {

namespace {

std::string list_of(const std::vector<std::int64_t>& rows) {
  constexpr std::size_t kShown = 64;
  std::string text;
  for (std::size_t i = 0; i < rows.size() && i < kShown; ++i)
    text += (i > 0 ? " " : "") + std::to_string(rows[i]);
  if (rows.size() > kShown) text += " and " + std::to_string(rows.size() - kShown) + " more";
  return text;
}

[[noreturn]] void fail_non_finite(std::int64_t step, const std::string& what,
                                  const std::vector<std::int64_t>& rows) {
  fail(ErrorKind::non_finite, "train", what, " at step ", step,
       "; no parameter was changed by that step. A lower --init-lr or a --gradient-clip may help. "
       "Dataset rows of the batch: ",
       list_of(rows));
}

/// The batch needs at least what it had when it ended and what it asked for then.
[[noreturn]] void fail_out_of_memory(const device::OutOfMemory& error, std::size_t resident,
                                     std::int64_t molecules) {
  const auto needed = static_cast<double>(error.in_use - resident + error.asked);
  const auto free = static_cast<double>(error.memory - std::min(resident, error.memory));
  const auto fitting = static_cast<std::int64_t>(static_cast<double>(molecules) * free / needed);
  const std::string what = error.what();
  fail(ErrorKind::resource, "train", what.substr(what.find(' ') + 1), ". Of the batch of ",
       molecules, " molecules at most ", std::clamp<std::int64_t>(fitting, 0, molecules - 1),
       " would fit; give a smaller --batch-size, or divide it by --micro-batches");
}

}  // namespace

void EpochMetrics::add(const std::string& name, double value, double weight) {
  if (std::isnan(value)) return;  // not defined for this batch
  for (Sum& sum : sums_) {
    if (sum.name != name) continue;
    sum.sum += value * weight;
    sum.weight += weight;
    return;
  }
  sums_.push_back({name, value * weight, weight});
}

void EpochMetrics::add(double loss, const std::vector<std::pair<std::string, double>>& metrics,
                       std::int64_t molecules) {
  const double weight = static_cast<double>(molecules);
  add("loss", loss, weight);
  for (const auto& [name, value] : metrics) add(name, value, weight);
  molecules_ += molecules;
}

double EpochMetrics::loss() const {
  return sums_.empty() ? std::numeric_limits<double>::quiet_NaN()
                       : sums_.front().sum / sums_.front().weight;
}

std::vector<MetricValue> EpochMetrics::values() const {
  std::vector<MetricValue> values;
  for (const Sum& sum : sums_) values.push_back({"train", sum.name, sum.sum / sum.weight});
  return values;
}

std::string EpochMetrics::to_json() const {
  Json sums = Json::array();
  for (const Sum& sum : sums_)
    sums.push_back({{"name", sum.name}, {"sum", sum.sum}, {"weight", sum.weight}});
  return Json{{"molecules", molecules_}, {"sums", sums}}.dump();
}

EpochMetrics EpochMetrics::from_json(const std::string& text) {
  const Json json = parse_json(text, ErrorKind::input, "checkpoint");
  const JsonObject object(json, ErrorKind::input, "checkpoint", {"molecules", "sums"});
  EpochMetrics metrics;
  metrics.molecules_ = object.integer("molecules", 0, INT64_MAX);
  for (const Json& entry : object.array("sums")) {
    const JsonObject sum(entry, ErrorKind::input, "checkpoint", {"name", "sum", "weight"});
    metrics.sums_.push_back({sum.text("name"), sum.number("sum"), sum.number("weight")});
  }
  return metrics;
}

std::int64_t Stage::steps_per_epoch() const {
  return (static_cast<std::int64_t>(rows.size()) + batch_size - 1) / batch_size;
}

objectives::LossResult learn_from(Stage& stage, objectives::Prepared& prepared,
                                  const nn::ForwardContext& context) {
  stage.adam.zero_grad();
  const std::size_t resident = device::bytes_in_use(stage.device);
  try {
    if (stage.device != Device{}) prepared.move_to(stage.device);
    objectives::LossResult result = stage.objective.loss(stage.encoder, prepared, context);
    backward(result.loss);
    return result;
  } catch (const device::OutOfMemory& error) {
    fail_out_of_memory(error, resident, static_cast<std::int64_t>(prepared.rows.size()));
  }
}

StepValues read_values(const objectives::LossResult& result, const Tensor& square_sums,
                       std::int64_t step, const std::vector<std::int64_t>& rows) {
  std::vector<Tensor> wanted = {result.loss};
  if (square_sums) wanted.push_back(square_sums);
  const auto measured = static_cast<std::ptrdiff_t>(wanted.size());
  wanted.insert(wanted.end(), result.measured.begin(), result.measured.end());
  std::vector<Tensor> here = on_host(wanted);
  StepValues values;
  values.loss = here.front().item();
  if (square_sums) values.square_sums = here[1];
  values.measured.assign(here.begin() + measured, here.end());
  if (!std::isfinite(values.loss)) fail_non_finite(step, "the loss is not finite", rows);
  return values;
}

void take_step(Stage& stage, double learning_rate, const Tensor& square_sums, std::int64_t step,
               const std::vector<std::int64_t>& rows) {
  try {
    stage.adam.step(learning_rate, square_sums);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::non_finite) throw;
    const std::string what = error.what();
    fail_non_finite(step, what.substr(what.find(' ') + 1), rows);
  }
}

void train_epoch(Stage& stage, int epoch, std::int64_t first_batch, EpochMetrics& metrics,
                 const std::function<void(const StepReport&)>& after_step) {
  if (stage.micro_batches > 1)
    return train_epoch_in_parts(stage, epoch, first_batch, metrics, after_step);
  const std::uint32_t key_epoch = stage.first_key_epoch + static_cast<std::uint32_t>(epoch);
  const std::int64_t first_step = epoch * stage.steps_per_epoch();
  const auto prepare = [&stage, key_epoch, first_step](std::span<const std::int64_t> rows,
                                                       std::size_t batch) {
    const auto step = static_cast<std::uint32_t>(first_step + static_cast<std::int64_t>(batch));
    return stage.objective.prepare(stage.dataset, rows, {stage.seed, key_epoch, step});
  };
  data::Loader<objectives::Prepared> loader(
      data::cut_batches(data::epoch_order(stage.rows, stage.seed, key_epoch), stage.batch_size),
      prepare, 2, static_cast<std::size_t>(first_batch));
  std::int64_t batch = first_batch;
  for (auto prepared = loader.next(); prepared; prepared = loader.next(), ++batch) {
    const std::int64_t step = first_step + batch;
    StepReport report{batch, std::numeric_limits<double>::quiet_NaN(), stage.schedule.rate(step),
                      static_cast<std::int64_t>(prepared->rows.size())};
    if (!prepared->empty) {
      const nn::ForwardContext context{stage.encoder_trains, stage.seed, key_epoch,
                                       static_cast<std::uint32_t>(step)};
      const objectives::LossResult result = learn_from(stage, *prepared, context);
      const StepValues values = read_values(result, stage.adam.square_sums(), step, prepared->rows);
      report.loss = values.loss;
      take_step(stage, report.learning_rate, values.square_sums, step, prepared->rows);
      metrics.add(report.loss, result.metrics(values.measured), report.molecules);
    }
    after_step(report);
  }
  stage.adam.zero_grad();
}

nn::Parameters stage_parameters(const nn::Encoder& encoder,
                                const objectives::Objective& objective) {
  nn::Parameters all = nn::with_prefix("gnn.", encoder.parameters());
  for (nn::Parameter& parameter : nn::with_prefix("objective.", objective.parameters()))
    all.push_back(std::move(parameter));
  return all;
}

}  // namespace aufbau::train
