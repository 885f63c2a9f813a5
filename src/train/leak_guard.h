#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "aufbau.h"
#include "data/dataset.h"

namespace aufbau::train {

/// Keeps molecules that a model will be tested on out of its pretraining.
struct LeakGuard {
  std::vector<std::string> sources;  ///< as data::Exclusion reads them; empty: nothing is kept out
  std::vector<std::int64_t> rows;    ///< of the dataset that are left, ascending
  std::int64_t molecules = 0;        ///< distinct ones in the sources
  std::int64_t dropped = 0;          ///< rows of the dataset
  std::string hash;                  ///< SHA-256 of those molecules; empty without sources

  std::string sentence() const;  ///< for the log
  void add_to(std::map<std::string, std::string>& card) const;
};

/// Reports progress and stops as `options` say. Errors as data::Exclusion; Error{nothing_valid}
/// when no row is left; Error{interrupted}.
LeakGuard guard_against_leaks(const data::Dataset& dataset, const std::vector<std::string>& sources,
                              const RunOptions& options = {});

}  // namespace aufbau::train
