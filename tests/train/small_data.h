#pragma once
#include <functional>
#include <string>
#include <vector>

#include "aufbau.h"

namespace aufbau::testing {

/// Forty small molecules.
const std::vector<std::string>& small_molecules();

/// Datasets of those molecules, written to `path`.
struct SmallTargets {
  bool ring = false;      ///< is there a ring (0/1, one missing)
  bool nitrogen = false;  ///< is there a nitrogen (0/1)
  bool atoms = false;  ///< 100 + 10 x heavy atoms (a regression target far from zero, two missing)
  bool sign = false;   ///< ring as -1/1
  std::string schema = "hu2";
};
std::string write_small_dataset(const std::string& path, const SmallTargets& targets);

/// A tiny encoder and few epochs: enough for every step of a run, over in a moment.
PretrainOptions small_pretraining(const std::string& data, const std::string& output);
FinetuneOptions small_finetuning(const std::string& data, const std::string& output);

/// True from the call number `calls` on.
std::function<bool()> stop_after(int calls);

}  // namespace aufbau::testing
