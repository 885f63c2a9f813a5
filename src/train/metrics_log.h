#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace aufbau::train {

/// One measured number: of which part (train, valid, test) and what.
struct MetricValue {
  std::string part, name;
  double value = 0;
};

/// What is known after an epoch. No times: an interrupted and resumed run must give the same files.
struct MetricRow {
  int stage = 1;  ///< from 1
  std::string objective;
  int epoch = 1;             ///< from 1, within the stage
  std::int64_t step = 0;     ///< steps done in the whole run
  double learning_rate = 0;  ///< of the last step
  std::vector<MetricValue> values;
};

/// metrics.csv (one line per number: stage, objective, epoch, step, learning_rate, part, metric,
/// value) and metrics.jsonl (one object per epoch). A number that is not defined is an empty cell
/// and null.
class MetricsLog {
 public:
  /// Sizes in bytes that a checkpoint remembers.
  struct Sizes {
    std::int64_t csv = 0, jsonl = 0;
  };
  /// New files.
  MetricsLog(std::string csv_path, std::string jsonl_path);
  /// The files as they were at a checkpoint: what came later is cut off. Error{input} when a file
  /// is shorter.
  MetricsLog(std::string csv_path, std::string jsonl_path, const Sizes& at_checkpoint);

  void append(const MetricRow& row);
  /// On disk for sure; call before the checkpoint that remembers the sizes.
  Sizes flush();

 private:
  std::string csv_path_, jsonl_path_;
  Sizes sizes_;
};

}  // namespace aufbau::train
