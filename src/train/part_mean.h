#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "nn/parameters.h"
#include "train/ranks.h"

namespace aufbau::train {

/// What the ranks tell each other of a micro-batch, beside its gradients and statistics.
struct PartReport {
  std::int64_t molecules = 0;  ///< 0: nothing to learn from
  double loss = 0;
  std::vector<std::pair<std::string, double>> metrics;
  std::vector<bool> has_gradient;      ///< by trained parameter
  std::vector<std::int64_t> counters;  ///< values of the counters after the part

  std::string to_json() const;
  static PartReport from_json(const std::string& text);
};

/// Gradients and running statistics of the micro-batches of one step, and their mean with the
/// molecules as weights. The sums are made in double and in the order of the parts, element by
/// element, each rank for a slice of them: the bits do not depend on the number of ranks.
class PartMean {
 public:
  /// Values are f32, counters i64.
  PartMean(Ranks& ranks, const nn::Parameters& parameters);

  void begin_step();
  /// Takes what a part of this rank has left in the parameters, and puts statistics and counters
  /// back to what they were before the step.
  void take(PartReport& part);
  /// The parts that the ranks have computed at the same time, consecutive ones of the batch; `own`
  /// is that of this rank. Errors as Ranks::gather.
  void add(const PartReport& own);
  /// Puts the means in place of gradients and statistics; counters go as far as in any part. A
  /// parameter that no part has a gradient for gets none. Errors: RankLost, and nothing is changed.
  void finish();

  const std::vector<PartReport>& parts() const { return parts_; }  ///< in the order of the batch
  std::int64_t molecules() const;
  double loss() const;

 private:
  std::vector<std::int64_t> counter_values() const;
  void set_counters(const std::vector<std::int64_t>& values);
  bool has_gradient(std::size_t parameter) const;

  Ranks& ranks_;
  std::vector<Tensor> trained_, statistics_, counters_;
  std::vector<Tensor> statistics_before_;  ///< the step
  std::vector<std::int64_t> counters_before_;
  std::int64_t slice_ = 0;             ///< elements that a rank adds up
  std::vector<float> own_, received_;  ///< [ranks * slice]: gradients, then statistics
  std::vector<double> sum_;            ///< [slice]
  std::vector<float> mean_;            ///< [slice]
  std::vector<PartReport> parts_;
};

}  // namespace aufbau::train
