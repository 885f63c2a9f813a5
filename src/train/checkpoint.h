#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "store/tensor_file.h"

namespace aufbau::train {

/// The checkpoints of one run: `step-N.safetensors` files and a tiny file `latest` that names the
/// one to continue from. Both are written under a temporary name, synced and renamed, and `latest`
/// only after its checkpoint: a process may be killed at any moment and `latest` still names a
/// whole file.
class CheckpointFolder {
 public:
  /// Makes the folder and removes temporary files that a killed process left. `keep`: how many
  /// checkpoints stay, at least 1.
  CheckpointFolder(std::string folder, int keep);

  void save(std::int64_t step, const store::TensorFile& state) const;
  /// Removes the folder with all checkpoints, when a finished run needs them no more.
  void remove() const;

 private:
  void remove_old(std::int64_t step) const;
  std::string folder_;
  int keep_;
};

/// What `latest` names in that folder; nothing when no checkpoint was saved yet. Error{input} when
/// the named file is damaged or gone.
std::optional<store::TensorFile> load_latest_checkpoint(const std::string& folder);

}  // namespace aufbau::train
