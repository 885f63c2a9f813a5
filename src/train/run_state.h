#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "store/tensor_file.h"
#include "train/metrics_log.h"
#include "train/settings.h"
#include "train/training.h"

namespace aufbau::train {

/// Everything of a run that is not a tensor. Random draws are keyed by position, so the position is
/// their whole state.
struct RunState {
  SettingIdentities settings;
  std::string data_hash;
  int stage = 0, epoch = 0;  ///< where to go on, from 0; epoch == epochs: the stage is done
  std::int64_t batch = 0;    ///< first batch of that epoch that is not done
  std::int64_t step = 0;     ///< batches done in the whole run
  EpochMetrics metrics;      ///< of the batches of that epoch that are done
  MetricsLog::Sizes log_sizes;
  std::map<std::string, double> numbers;  ///< what else a job wants to keep; may be NaN
};

/// One checkpoint: the state as metadata beside `tensors`.
store::TensorFile to_checkpoint(const RunState& state, std::vector<store::NamedTensor> tensors);
/// Error{input} when the metadata are damaged, Error{mismatch} for another kind of file or a newer
/// version.
RunState state_of(const store::TensorFile& checkpoint);

/// Error{mismatch} naming what differs between the run in a folder and the one asked for.
void require_same_run(const std::string& where, const SettingIdentities& saved_settings,
                      const std::string& saved_data_hash, const SettingIdentities& settings,
                      const std::string& data_hash);

}  // namespace aufbau::train
