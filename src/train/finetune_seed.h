#pragma once
#include <functional>
#include <string>

#include "aufbau.h"
#include "data/dataset.h"
#include "data/split.h"
#include "nn/model_file.h"
#include "train/metrics.h"
#include "train/settings.h"
#include "train/summary_file.h"
#include "train/tasks.h"

namespace aufbau::train {

/// What all seeds of a fine-tuning run share.
struct FinetuneSetup {
  const FinetuneOptions& options;
  const data::Dataset& dataset;
  const data::Split& split;
  const Tasks& tasks;
  const nn::TargetScaler& scaler;  ///< from the training part
  const MetricEntry& metric;       ///< that chooses the epoch
  std::string init_hash, splits_file_hash;
  /// Told after every step: label, epochs done (a fraction counts), a note, and whether an epoch
  /// just ended.
  std::function<void(const std::string& label, double epochs_done, const std::string& note,
                     bool epoch_ended)>
      progress;
};

/// Error{usage} or Error{mismatch} for options that a run of this setup would refuse; nothing is
/// written.
void check_setup(const FinetuneSetup& setup);

/// Settings of the run of one seed.
Settings seed_settings(const FinetuneSetup& setup, std::uint64_t seed);

/// Trains one seed in its folder to the end, continuing what is there when options.resume, and
/// leaves the finished run directory of design "names on disk". Error{interrupted} after a clean
/// save when asked to stop.
SeedRecord finetune_seed(const FinetuneSetup& setup, std::uint64_t seed, const std::string& folder);

}  // namespace aufbau::train
