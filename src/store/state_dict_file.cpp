#include "store/state_dict_file.h"

#include <filesystem>

#include "core/error.h"
#include "core/text.h"
#include "store/atomic_file.h"
#include "store/torch_file.h"

namespace aufbau::store {
namespace {

/// The length of the header in eight bytes, little-endian, then its JSON.
bool is_tensor_file(std::string_view bytes) {
  return bytes.size() > 8 && bytes[7] == '\0' && bytes[8] == '{';
}

bool is_torch_file(std::string_view bytes) {
  return bytes.starts_with("PK") || bytes.starts_with('\x80');
}

}  // namespace

StateDictFile read_state_dict(const std::string& path) {
  const std::string bytes = read_file(path);
  StateDictFile file;
  file.sha256 = sha256_hex(bytes);
  if (is_tensor_file(bytes)) {
    TensorFile content = parse_tensor_file(bytes, path);
    file.tensors = std::move(content.tensors);
    file.metadata = std::move(content.metadata);
  } else if (is_torch_file(bytes)) {
    TorchFile content = parse_torch_file(bytes, path);
    file.tensors = std::move(content.tensors);
    file.ignored = std::move(content.ignored);
  } else {
    fail(ErrorKind::input, path,
         "byte 0: begins neither as a PyTorch file (.pth, .pt) nor as a safetensors file; it is "
         "truncated or something else");
  }
  return file;
}

void write_state_dict(const std::string& path, const std::vector<NamedTensor>& tensors) {
  const std::string ending = std::filesystem::path(path).extension().string();
  if (ending == ".pth" || ending == ".pt") return write_torch_file(path, tensors);
  if (ending == ".safetensors") return write_tensor_file(path, {tensors, {{"format", "pt"}}});
  fail(ErrorKind::usage, path,
       "the ending of the name says what is written: expected .pth, .pt or .safetensors");
}

}  // namespace aufbau::store
