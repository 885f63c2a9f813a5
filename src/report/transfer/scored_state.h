#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "graphs/scores/transfer_scores.h"
#include "report/transfer/scored_dataset.h"
#include "train/tasks.h"

namespace aufbau::report {

/// What the features of a score are made of; the names in a report.
inline constexpr const char* kFingerprintFeatures = "fingerprints";
inline constexpr const char* kEmbeddingFeatures = "embeddings";
/// ECFP4 folded to so many columns of 0 and 1, where a score wants features and not bits: Gaussians
/// and linear models of 2,048 columns need more molecules than a target has.
inline constexpr int kFoldedBits = 256;

/// Everything that is known of the rows of a sample. What a dataset cannot have stays empty.
struct ScoredDataset::State {
  const data::Dataset* dataset = nullptr;
  std::vector<std::int64_t> rows;
  graphs::Fingerprints fingerprints;
  graphs::Matrix descriptors, folded, embeddings;  ///< [rows, ...]
  std::vector<std::string> scaffolds;
  std::optional<train::Tasks> tasks;  ///< the labels of the dataset, where it has any
  std::string no_tasks;               ///< why it has none
  std::optional<graphs::Vector> gradient;
  std::optional<graphs::GraphSelection> selection;

  bool has_molecules() const { return !dataset->molecules().smiles.empty(); }
  bool has_embeddings() const { return embeddings.cols() > 0; }
  /// What a score may see, its features being those named.
  graphs::ScoredSet set(const std::string& features) const;
  /// The same sample with some of its rows only, by their place in it. Without a gradient.
  std::unique_ptr<State> part(std::span<const std::int64_t> places) const;
};

}  // namespace aufbau::report
