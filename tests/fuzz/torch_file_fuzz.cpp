// Any bytes are a PyTorch file or an Error{input}; nothing else may happen.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "core/error.h"
#include "store/torch_file.h"
#include "store/torch_zip.h"

namespace {

void read(std::string_view bytes) {
  try {
    const auto file = aufbau::store::parse_torch_file(bytes, "fuzz");
    for (const auto& [name, tensor] : file.tensors)
      if (static_cast<std::size_t>(tensor.size()) != tensor.to_doubles().size()) std::abort();
  } catch (const aufbau::Error& error) {
    if (error.kind() != aufbau::ErrorKind::input) std::abort();
  }
}

/// A pickle inside a sound archive, whose checksums a random change would not get past.
std::string archive_around(std::string_view pickle) {
  aufbau::store::ZipWriter zip("fuzz");
  zip.add("a/data.pkl", pickle);
  zip.add("a/byteorder", "big");
  zip.add("a/data/0", std::string(64, '\1'));
  zip.add("a/version", "3\n");
  return zip.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  read(bytes);
  read(archive_around(bytes));
  return 0;
}
