// The safetensors reader on any bytes. What it accepts must cover the data exactly.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>

#include "core/error.h"
#include "store/tensor_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const auto file = aufbau::store::parse_tensor_file(bytes, "fuzz");
    std::size_t covered = 0;
    std::set<std::string> names;
    for (const auto& [name, tensor] : file.tensors) {
      covered += static_cast<std::size_t>(tensor.size()) * aufbau::size_of(tensor.dtype());
      if (!names.insert(name).second || file.find(name) == nullptr) std::abort();
    }
    if (covered > size) std::abort();
  } catch (const aufbau::Error& error) {
    if (error.kind() != aufbau::ErrorKind::input) std::abort();
  }
  return 0;
}
