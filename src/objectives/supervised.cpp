#include "objectives/supervised.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/text.h"
#include "nn/encoder_batch.h"
#include "nn/table.h"
#include "objectives/heads.h"
#include "tensor/ops.h"

namespace aufbau::objectives {

namespace {

constexpr const char* kName = "supervised";

ObjectiveConfig checked(ObjectiveConfig config) {
  const std::size_t tasks = config.target_columns.size();
  const auto require = [&](const char* what, std::size_t count) {
    if (count != tasks)
      fail(ErrorKind::usage, kName, "expected one ", what, " per target column (", tasks, "), got ",
           count);
  };
  if (tasks == 0) fail(ErrorKind::usage, kName, "there is no target column to learn from");
  require("task type", config.task_types.size());
  if (!config.target_mean.empty() || !config.target_deviation.empty()) {
    require("target mean", config.target_mean.size());
    require("target deviation", config.target_deviation.size());
  }
  const std::vector<std::string> types = {"classification", "regression"};
  for (const std::string& type : config.task_types)
    if (std::find(types.begin(), types.end(), type) == types.end())
      fail_unknown_name(kName, "task type", type, types);
  for (const double deviation : config.target_deviation)
    if (!(deviation > 0) || !std::isfinite(deviation))
      fail(ErrorKind::usage, kName, "a target deviation must be a positive number, got ",
           deviation);
  nn::entry_named(nn::pooling_names(), kName, "pooling", config.pooling);
  return config;
}

Tensor table(const std::vector<double>& values, std::int64_t tasks, DType dtype) {
  const auto rows = static_cast<std::int64_t>(values.size()) / tasks;
  return Tensor::from(std::span(values), {rows, tasks}).to(dtype);
}

nn::Parameters fresh_head(const ObjectiveConfig& config) {
  const int width = nn::output_width(config.encoder);
  const auto tasks = static_cast<std::int64_t>(config.target_columns.size());
  nn::Parameters all;
  for (const nn::ParameterSpec& spec : nn::head_specs(config.pooling, width, tasks)) {
    // The linear layer of a seed is the same whatever the read-out.
    const bool is_pooling = !spec.name.starts_with("graph_pred_linear");
    const std::uint32_t index = is_pooling ? kPoolingIndex + static_cast<std::uint32_t>(all.size())
                                : spec.name.ends_with("weight") ? kGraphHeadIndex
                                                                : kGraphHeadIndex + 1;
    all.push_back(
        nn::make_parameters({spec}, config.encoder.dtype, config.seed, Purpose::head, index)
            .front());
  }
  return all;
}

}  // namespace

void LabelledBatch::move_to(Device device) {
  batch = batch.to(device);
  for (Tensor* tensor : {&targets, &class_present, &value_present}) *tensor = tensor->to(device);
}

Supervised::Supervised(const ObjectiveConfig& config)
    : config_(checked(config)), head_(config.pooling, fresh_head(config)) {
  for (const std::string& type : config.task_types)
    is_classification_.push_back(type == "classification");
}

std::unique_ptr<Prepared> Supervised::prepare(const data::Dataset& dataset,
                                              std::span<const std::int64_t> rows,
                                              const data::BatchKey&) const {
  graphs::require_same_schema(kName, config_.encoder.schema, dataset.schema());
  const auto columns = static_cast<std::int64_t>(dataset.target_names().size());
  for (const std::int64_t column : config_.target_columns)
    if (column < 0 || column >= columns)
      fail(ErrorKind::usage, kName, "target column ", column, " is asked for, the dataset has ",
           columns);
  std::vector<graphs::GraphView> graphs;
  std::vector<double> targets;
  for (const std::int64_t row : rows) {
    graphs.push_back(dataset.graph(row));
    for (std::size_t task = 0; task < is_classification_.size(); ++task) {
      const std::int64_t column = config_.target_columns[task];
      const float target = dataset.target(row, column);
      if (is_classification_[task] && !std::isnan(target) && target != 0 && target != 1)
        fail(ErrorKind::input, kName, "row ", row, ", column '",
             dataset.target_names()[static_cast<std::size_t>(column)],
             "': a class label must be 0 or 1, got ", target,
             "; declare it a regression task if that is what it is");
      targets.push_back(target);
    }
  }
  auto prepared = prepare_labelled(graphs, targets);
  prepared->rows.assign(rows.begin(), rows.end());
  return prepared;
}

std::unique_ptr<LabelledBatch> Supervised::prepare_labelled(
    std::span<const graphs::GraphView> graphs, std::span<const double> targets) const {
  const std::size_t tasks = is_classification_.size();
  if (targets.size() != graphs.size() * tasks)
    fail(ErrorKind::internal, kName, "expected ", graphs.size(), " x ", tasks, " targets, got ",
         targets.size());
  std::vector<double> scaled(targets.size()), is_class(targets.size()), is_value(targets.size());
  auto prepared = std::make_unique<LabelledBatch>();
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (std::isnan(targets[i])) continue;
    const std::size_t task = i % tasks;
    if (is_classification_[task]) {
      scaled[i] = targets[i];
      is_class[i] = 1;
    } else {
      scaled[i] = config_.target_mean.empty()
                      ? targets[i]
                      : (targets[i] - config_.target_mean[task]) / config_.target_deviation[task];
      is_value[i] = 1;
    }
  }
  prepared->empty =
      std::all_of(targets.begin(), targets.end(), [](double target) { return std::isnan(target); });
  prepared->batch = nn::encoder_batch(graphs, config_.encoder, nn::BatchUse::training);
  const auto width = static_cast<std::int64_t>(tasks);
  prepared->targets = table(scaled, width, config_.encoder.dtype);
  prepared->class_present = table(is_class, width, config_.encoder.dtype);
  prepared->value_present = table(is_value, width, config_.encoder.dtype);
  return prepared;
}

Tensor Supervised::logits(nn::Encoder& encoder, const graphs::GraphBatch& batch,
                          const nn::ForwardContext& context) const {
  const Tensor states = encoder.forward(batch, context);
  return head_.forward(states, batch.read_out());
}

LossResult Supervised::loss(nn::Encoder& encoder, const Prepared& prepared,
                            const nn::ForwardContext& context) {
  const auto& labelled = dynamic_cast<const LabelledBatch&>(prepared);
  const Tensor predicted = logits(encoder, labelled.batch, context);
  const bool classifies = std::find(is_classification_.begin(), is_classification_.end(), true) !=
                          is_classification_.end();
  const bool regresses = std::find(is_classification_.begin(), is_classification_.end(), false) !=
                         is_classification_.end();
  Tensor class_loss, value_loss;
  if (classifies)
    class_loss = ops::bce_with_logits(predicted, labelled.targets, labelled.class_present);
  if (regresses)
    value_loss = ops::mean_squared_error(predicted, labelled.targets, labelled.value_present);
  if (!regresses) return {class_loss, {}, {}};
  if (!classifies) return {value_loss, {}, {}};
  return {ops::add(class_loss, value_loss),
          {class_loss.detach(), value_loss.detach()},
          [](std::span<const Tensor> measured) {
            return Metrics{{"loss_classification", measured[0].item()},
                           {"loss_regression", measured[1].item()}};
          }};
}

}  // namespace aufbau::objectives
