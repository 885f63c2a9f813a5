#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <unordered_set>
#include <vector>

#include "data/dataset.h"

namespace aufbau::data {

/// Molecules that must not be trained on, because a model made from that training will be tested on
/// them. Two records are the same molecule when their molecules::identity is.
class Exclusion {
 public:
  /// Each source is a dataset file, all of whose molecules count, or DATASET:SPLITS, where those of
  /// the valid and test parts do. A name that is a file is not taken apart. Errors as
  /// Dataset::open and read_split, and those of identities.
  static Exclusion read(const std::vector<std::string>& sources);

  std::int64_t size() const { return static_cast<std::int64_t>(identities_.size()); }
  /// SHA-256 of the molecules in alphabetical order: the same molecules give the same hash,
  /// whatever files they come from.
  std::string hash() const;
  /// Rows of `dataset` that are none of these molecules, ascending. Runs in parallel; `looked_at`
  /// is told from the calling thread how many rows are done, and may throw to stop.
  std::vector<std::int64_t> rows_without(
      const Dataset& dataset, const std::function<void(std::int64_t rows)>& looked_at = {}) const;

 private:
  std::unordered_set<std::string> identities_;
};

/// Identities of some rows, in their order. Error{mismatch}: the dataset has no SMILES;
/// Error{input}: one that cannot be read. Runs in parallel.
std::vector<std::string> identities(const Dataset& dataset, const std::vector<std::int64_t>& rows);

}  // namespace aufbau::data
