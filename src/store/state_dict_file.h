#pragma once
#include <map>
#include <string>
#include <vector>

#include "store/tensor_file.h"

namespace aufbau::store {

/// A state dict as another program saved it, whatever the container.
struct StateDictFile {
  std::vector<NamedTensor> tensors;             ///< in the order of the file
  std::vector<std::string> ignored;             ///< entries that are no tensor; the first 1000
  std::map<std::string, std::string> metadata;  ///< of a safetensors file
  std::string sha256;                           ///< of the whole file
};

/// Reads a PyTorch file (torch_file.h) or a safetensors file (tensor_file.h), told apart by the
/// first bytes. Errors as theirs; Error{input} when it is neither.
StateDictFile read_state_dict(const std::string& path);

/// Writes what the ending of `path` says: `.pth` or `.pt` as write_torch_file, `.safetensors` as
/// write_tensor_file with format = pt, as other readers of the format expect of PyTorch weights.
/// Error{usage}: another ending.
void write_state_dict(const std::string& path, const std::vector<NamedTensor>& tensors);

}  // namespace aufbau::store
