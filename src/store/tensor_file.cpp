#include "store/tensor_file.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "core/error.h"
#include "store/atomic_file.h"
#include "store/tensor_header.h"

namespace aufbau::store {
namespace {

static_assert(std::endian::native == std::endian::little,
              "tensor data are written as they lie in memory");

constexpr std::uint64_t kPrefixBytes = 8;  ///< length of the header, little-endian
constexpr std::uint64_t kLargestHeader =
    100'000'000;                          ///< as the format's reference implementation has it
constexpr std::uint64_t kAlignment = 64;  ///< of the data part

/// Bytes a tensor needs. Dimensions of 0 do not excuse the others from fitting into 63 bits.
std::uint64_t checked_bytes(const TensorEntry& entry, const std::string& where) {
  std::uint64_t bytes = size_of(entry.dtype);
  bool empty = false;
  for (const auto extent : entry.shape) {
    empty |= extent == 0;
    if (extent != 0 && (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes) ||
                        bytes > static_cast<std::uint64_t>(INT64_MAX)))
      fail(ErrorKind::input, where, "tensor '", entry.name, "' has an impossible shape ",
           to_string(entry.shape));
  }
  return empty ? 0 : bytes;
}

/// The data part must be covered exactly once, in the order of the entries.
void check_layout(const std::vector<TensorEntry>& entries, std::uint64_t data_bytes,
                  const std::string& where) {
  std::uint64_t at = 0;
  for (const auto& entry : entries) {
    if (entry.begin != at)
      fail(ErrorKind::input, where, "tensor '", entry.name, "' begins at byte ", entry.begin,
           " of the data where ", at, " was expected: tensors overlap or leave a hole");
    if (entry.end < entry.begin || entry.end > data_bytes)
      fail(ErrorKind::input, where, "tensor '", entry.name, "' ends at byte ", entry.end, " of ",
           data_bytes, " bytes of data; the file may be truncated");
    const std::uint64_t bytes = checked_bytes(entry, where);
    if (entry.end - entry.begin != bytes)
      fail(ErrorKind::input, where, "tensor '", entry.name, "' of shape ", to_string(entry.shape),
           " needs ", bytes, " bytes but has ", entry.end - entry.begin);
    at = entry.end;
  }
  if (at != data_bytes)
    fail(ErrorKind::input, where, data_bytes - at, " bytes at the end belong to no tensor");
}

Tensor read_tensor(const TensorEntry& entry, std::string_view data) {
  Tensor tensor = Tensor::empty(entry.shape, entry.dtype);
  if (entry.end > entry.begin)
    std::memcpy(tensor.mutable_raw(), data.data() + entry.begin, entry.end - entry.begin);
  return tensor;
}

}  // namespace

const Tensor* TensorFile::find(const std::string& name) const {
  for (const auto& named : tensors)
    if (named.name == name) return &named.tensor;
  return nullptr;
}

TensorFile parse_tensor_file(std::string_view bytes, const std::string& where) {
  if (bytes.size() < kPrefixBytes)
    fail(ErrorKind::input, where, "has ", bytes.size(), " bytes; a safetensors file has at least ",
         kPrefixBytes + 2);
  std::uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, bytes.data(), kPrefixBytes);
  bytes.remove_prefix(kPrefixBytes);
  if (header_bytes > kLargestHeader)
    fail(ErrorKind::input, where, "is not a safetensors file: header of ", header_bytes,
         " bytes, the limit is ", kLargestHeader);
  if (header_bytes > bytes.size())
    fail(ErrorKind::input, where, "header of ", header_bytes, " bytes but only ", bytes.size(),
         " follow; the file is truncated or not a safetensors file");
  const std::string_view json = bytes.substr(0, header_bytes);
  const std::string_view data = bytes.substr(header_bytes);
  if (!json.starts_with('{'))
    fail(ErrorKind::input, where, "is not a safetensors file: its header is not a JSON object");

  TensorHeader header = parse_tensor_header(json, where);
  std::stable_sort(header.entries.begin(), header.entries.end(),
                   [](const TensorEntry& a, const TensorEntry& b) {
                     return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
                   });
  check_layout(header.entries, data.size(), where);

  TensorFile file;
  file.metadata = std::move(header.metadata);
  file.tensors.reserve(header.entries.size());
  for (const auto& entry : header.entries)
    file.tensors.push_back({entry.name, read_tensor(entry, data)});
  return file;
}

TensorFile read_tensor_file(const std::string& path) {
  return parse_tensor_file(read_file(path), path);
}

void write_tensor_file(const std::string& path, const TensorFile& file) {
  std::vector<NamedTensor> ordered = file.tensors;
  for (auto& named : ordered) named.tensor = named.tensor.to(Device{});
  std::sort(ordered.begin(), ordered.end(), [](const NamedTensor& a, const NamedTensor& b) {
    return std::pair(size_of(b.tensor.dtype()), a.name) <
           std::pair(size_of(a.tensor.dtype()), b.name);
  });
  TensorHeader header;
  header.metadata = file.metadata;
  std::uint64_t at = 0;
  for (const auto& [name, tensor] : ordered) {
    const std::uint64_t bytes = static_cast<std::uint64_t>(tensor.size()) * size_of(tensor.dtype());
    header.entries.push_back({name, tensor.dtype(), tensor.shape(), at, at + bytes});
    at += bytes;
  }
  std::string json = format_tensor_header(header, path);
  const std::uint64_t unaligned = (kPrefixBytes + json.size()) % kAlignment;
  if (unaligned != 0) json.append(kAlignment - unaligned, ' ');
  if (json.size() > kLargestHeader)
    fail(ErrorKind::resource, path, "the header would have ", json.size(), " bytes; the limit is ",
         kLargestHeader);

  const std::uint64_t header_bytes = json.size();
  std::string bytes(kPrefixBytes, '\0');
  bytes.reserve(kPrefixBytes + json.size() + at);
  std::memcpy(bytes.data(), &header_bytes, kPrefixBytes);
  bytes += json;
  for (const auto& entry : ordered)
    bytes.append(static_cast<const char*>(entry.tensor.raw()),
                 static_cast<std::size_t>(entry.tensor.size()) * size_of(entry.tensor.dtype()));
  write_file(path, bytes);
}

}  // namespace aufbau::store
