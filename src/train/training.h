#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "nn/encoder.h"
#include "objectives/objective.h"
#include "train/metrics_log.h"
#include "train/optimizer.h"
#include "train/ranks.h"
#include "train/schedule.h"

namespace aufbau::train {

/// Means over the batches of an epoch, each batch weighted by its molecules. Exact in a checkpoint:
/// to_json and from_json lose nothing.
class EpochMetrics {
 public:
  void add(double loss, const std::vector<std::pair<std::string, double>>& metrics,
           std::int64_t molecules);
  std::int64_t molecules() const { return molecules_; }
  double loss() const;  ///< NaN before the first batch
  /// Loss first, then what the objective reports, all as part "train".
  std::vector<MetricValue> values() const;
  std::string to_json() const;
  static EpochMetrics from_json(const std::string& text);

 private:
  struct Sum {
    std::string name;
    double sum = 0, weight = 0;
  };
  void add(const std::string& name, double value, double weight);
  std::vector<Sum> sums_;
  std::int64_t molecules_ = 0;
};

/// What one stage of training works with.
struct Stage {
  const data::Dataset& dataset;
  std::vector<std::int64_t> rows;  ///< to train on
  nn::Encoder& encoder;
  objectives::Objective& objective;
  Adam& adam;
  const Schedule& schedule;
  int batch_size = 1;
  std::uint64_t seed = 0;
  std::uint32_t first_key_epoch =
      0;  ///< random draws of epoch e use first_key_epoch + e: stages draw differently
  bool encoder_trains = true;  ///< false: the encoder is evaluated, only heads learn
  int micro_batches = 1;       ///< parts of each batch (micro_batches.h); a multiple of the ranks
  Ranks* ranks = nullptr;      ///< that share the parts; null: this process has them all
  Device device = {};          ///< where the parameters are

  std::int64_t steps_per_epoch() const;
};

/// How far an epoch has come.
struct StepReport {
  std::int64_t batch = 0;  ///< that was just done, from 0
  double loss = 0;         ///< NaN when the batch had nothing to learn from
  double learning_rate = 0;
  std::int64_t molecules = 0;
};

/// Loss of a batch, or of a part of one, and the gradients of the parameters: queued on a device,
/// to which `prepared` is moved.
objectives::LossResult learn_from(Stage& stage, objectives::Prepared& prepared,
                                  const nn::ForwardContext& context);

/// What a step reads, on the host.
struct StepValues {
  double loss = 0;
  std::vector<Tensor> measured;  ///< of LossResult
  Tensor square_sums;            ///< of Adam
};
/// Reads them with one wait for the device; `square_sums` may be undefined. Error{non_finite} for a
/// loss that is not, naming `rows`.
StepValues read_values(const objectives::LossResult& result, const Tensor& square_sums,
                       std::int64_t step, const std::vector<std::int64_t>& rows);

/// Adam on the gradients that the batch of `rows` has left, with their square sums as they were
/// read. Error{non_finite}.
void take_step(Stage& stage, double learning_rate, const Tensor& square_sums, std::int64_t step,
               const std::vector<std::int64_t>& rows);

/// Trains on the batches of one epoch from `first_batch` on: prepare (on a thread of its own),
/// loss, backward, Adam; or in micro-batches, as the stage says. `after_step` is called after every
/// batch and may throw to stop. Error{non_finite} names step, tensor and dataset rows.
void train_epoch(Stage& stage, int epoch, std::int64_t first_batch, EpochMetrics& metrics,
                 const std::function<void(const StepReport&)>& after_step);

/// All parameters and buffers that a stage changes: the encoder's under `gnn.`, then the
/// objective's under `objective.`.
nn::Parameters stage_parameters(const nn::Encoder& encoder, const objectives::Objective& objective);

}  // namespace aufbau::train
