#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tensor/tensor.h"

namespace aufbau::store {

/// Where one tensor of a safetensors file lies: bytes [begin, end) of its data part.
struct TensorEntry {
  std::string name;
  DType dtype = DType::f32;
  Shape shape;
  std::uint64_t begin = 0, end = 0;
};

/// The JSON part of a safetensors file.
struct TensorHeader {
  std::vector<TensorEntry> entries;
  std::map<std::string, std::string> metadata;
};

/// Reads the JSON text without building a document from it: unknown keys, repeated keys and
/// unexpected values are an Error{input} that names `where` and the tensor. Offsets are not yet
/// compared with anything.
TensorHeader parse_tensor_header(std::string_view json, const std::string& where);
/// One line of JSON, metadata first, then the entries in the order given.
std::string format_tensor_header(const TensorHeader& header, const std::string& where);

}  // namespace aufbau::store
