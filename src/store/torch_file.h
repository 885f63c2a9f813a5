#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "store/tensor_file.h"

namespace aufbau::store {

/// What a PyTorch file holds for us: the tensors of a state dict, in its order.
///
/// Dicts inside the dict are opened: a checkpoint {'epoch': 3, 'model': {'w': tensor}} gives the
/// tensor 'model.w' and the ignored entry 'epoch'. Whole numbers as keys are written in decimal.
struct TorchFile {
  std::vector<NamedTensor> tensors;
  std::vector<std::string> ignored;  ///< entries that are no tensor; the first 1000
  const Tensor* find(const std::string& name) const;
};

/// Reads a `.pth` or `.pt` file of tensors: the zip container of PyTorch 1.6 and later (members
/// stored or deflated, either byte order), and the legacy container before it. Nothing in the file
/// is executed: see torch_pickle.h. Devices and requires_grad are ignored; views and other strides
/// become contiguous tensors. f16 and bf16 are widened to f32, and 8- and 16-bit integers and
/// booleans to i32, without loss. A zip file is protected by checksums, the data of a legacy file
/// are not.
///
/// Error{input} names path, byte and reason: anything damaged, impossible or too large, any
/// callable beyond those that tensors need, a file without tensors.
TorchFile read_torch_file(const std::string& path);
/// The same from memory (fuzzing); `where` stands for the path in messages.
TorchFile parse_torch_file(std::string_view bytes, const std::string& where);

/// Writes a zip container that PyTorch 1.6 and later load, also with weights_only=True: an
/// OrderedDict of contiguous CPU tensors (f32, f64, i32, i64) in the order given. Atomic; equal
/// tensors give equal bytes. Error{input}: a name that is repeated or not UTF-8; Error{resource}:
/// beyond 4 GiB, or the disk.
void write_torch_file(const std::string& path, const std::vector<NamedTensor>& tensors);

}  // namespace aufbau::store
