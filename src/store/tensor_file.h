#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/tensor.h"

namespace aufbau::store {

struct NamedTensor {
  std::string name;
  Tensor tensor;
};

/// A safetensors file: named tensors (f32, f64, i32, i64; others are refused by name) and a
/// string-to-string map.
struct TensorFile {
  std::vector<NamedTensor> tensors;  ///< in the order of their bytes in the file
  std::map<std::string, std::string> metadata;
  const Tensor* find(const std::string& name) const;
};

/// Reads and checks everything before use: header at most 100 MB, JSON, no duplicate names, offsets
/// without overlap or hole, sizes equal to dtype x shape without overflow. Error{input} names path,
/// offset and what was wrong.
TensorFile read_tensor_file(const std::string& path);
/// The same from memory (fuzzing); `where` stands for the path in messages.
TensorFile parse_tensor_file(std::string_view bytes, const std::string& where);
/// Tensors by element size, largest first, then by name (so that each is aligned), data start
/// aligned to 64 bytes, atomic (see atomic_file.h): equal content gives equal bytes. Error{input}:
/// a name or text that is not UTF-8.
void write_tensor_file(const std::string& path, const TensorFile& file);

}  // namespace aufbau::store
