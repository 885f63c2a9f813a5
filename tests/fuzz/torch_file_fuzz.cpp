#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/error.h"
#include "store/torch_file.h"

/// Any bytes are a readable PyTorch file or an Error{input}; nothing else may happen.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto file =
        aufbau::store::parse_torch_file({reinterpret_cast<const char*>(data), size}, "fuzz");
    for (const auto& [name, tensor] : file.tensors)
      if (static_cast<std::size_t>(tensor.size()) != tensor.to_doubles().size()) std::abort();
  } catch (const aufbau::Error& error) {
    if (error.kind() != aufbau::ErrorKind::input) std::abort();
  }
  return 0;
}
