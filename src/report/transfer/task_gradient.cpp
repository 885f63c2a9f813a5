#include "report/transfer/task_gradient.h"

#include <vector>

#include "core/error.h"
#include "data/loader.h"
#include "nn/encoder.h"
#include "objectives/supervised.h"

namespace aufbau::report {

namespace {

constexpr int kLayers = 3, kWidth = 64, kHeads = 3;
constexpr std::int64_t kBatch = 256;

nn::EncoderConfig common_encoder(const graphs::FeatureSchema& schema) {
  nn::EncoderConfig config;
  config.layers = kLayers;
  config.width = kWidth;
  config.schema = schema;
  return config;
}

void add_gradients(const nn::Parameters& parameters, double weight, graphs::Vector& sum) {
  Eigen::Index at = 0;
  for (const nn::Parameter& parameter : parameters) {
    if (!parameter.trained) continue;
    const Tensor gradient = parameter.tensor.grad();
    if (gradient)
      for (const double value : gradient.to_doubles()) sum[at++] += weight * value;
    else
      at += static_cast<Eigen::Index>(parameter.tensor.size());
  }
}

Eigen::Index gradient_size(const nn::Parameters& parameters) {
  Eigen::Index size = 0;
  for (const nn::Parameter& parameter : parameters)
    if (parameter.trained) size += static_cast<Eigen::Index>(parameter.tensor.size());
  return size;
}

}  // namespace

graphs::Vector task_gradient(const data::Dataset& dataset, const train::Tasks& tasks,
                             std::span<const std::int64_t> rows, std::uint64_t seed) {
  const nn::TargetScaler scaler = train::target_scaler(dataset, tasks, rows);
  objectives::ObjectiveConfig config;
  config.encoder = common_encoder(dataset.schema());
  config.target_columns = tasks.columns;
  config.task_types = tasks.types;
  config.target_mean = scaler.mean;
  config.target_deviation = scaler.deviation;

  graphs::Vector sum;
  double molecules = 0;
  for (int head = 0; head < kHeads; ++head) {
    config.seed = seed + static_cast<std::uint64_t>(head);
    objectives::Supervised supervised(config);
    for (const std::vector<std::int64_t>& batch : data::cut_batches(rows, kBatch)) {
      // A fresh copy for every batch: running statistics and gradients of none are left over.
      const auto encoder = nn::make_encoder(config.encoder, seed);
      nn::Parameters parameters = encoder->parameters();
      if (sum.size() == 0) sum = graphs::Vector::Zero(gradient_size(parameters));
      const auto prepared = supervised.prepare(dataset, batch, {});
      if (prepared->empty) continue;
      nn::ForwardContext context;
      context.training = true;
      backward(supervised.loss(*encoder, *prepared, context).loss);
      const auto weight = static_cast<double>(batch.size());
      add_gradients(parameters, weight, sum);
      molecules += weight;
    }
  }
  if (molecules == 0)
    fail(ErrorKind::nothing_valid, "principal-gradient", "none of the ", rows.size(),
         " graphs looked at has a label");
  return sum / molecules;
}

}  // namespace aufbau::report
