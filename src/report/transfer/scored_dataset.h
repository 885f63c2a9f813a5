#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "aufbau.h"
#include "data/dataset.h"
#include "graphs/scores/fingerprints.h"

namespace aufbau::report {

/// A dataset with what scores look at: a sample of its graphs, drawn by the seed, and of these the
/// fingerprints, descriptors, scaffolds and embeddings, made once. Refers to the dataset, which
/// must outlive it.
class ScoredDataset {
 public:
  /// `run`: seed, progress and stop. Error{mismatch}: options.model needs other features than the
  /// dataset has.
  ScoredDataset(const data::Dataset& dataset, const MeasureOptions& options, const RunOptions& run);
  ScoredDataset(ScoredDataset&&) noexcept;
  ScoredDataset& operator=(ScoredDataset&&) noexcept;
  ~ScoredDataset();

  const data::Dataset& dataset() const;
  /// Rows of the dataset that are in the sample, ascending.
  std::span<const std::int64_t> rows() const;
  /// One for each of rows(); null where the dataset has no molecules.
  const graphs::Fingerprints* fingerprints() const;

  struct State;
  const State& state() const { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

/// Every score of options.scores (empty: every one that the data allow) of each source and the
/// target, then those of the target alone; in the order of the table. What cannot be computed has
/// its reason in `missing`. Error{usage}: an unknown score.
std::vector<TransferScoreValue> measure_scores(std::span<const ScoredDataset> sources,
                                               const ScoredDataset& target,
                                               const MeasureOptions& options,
                                               const RunOptions& run);

}  // namespace aufbau::report
