#include <zlib.h>

#include <initializer_list>

#include "core/error.h"
#include "store/torch_zip.h"

namespace aufbau::store {
namespace {

constexpr std::uint64_t kLargestArchive = 0xfffffffe;  ///< what 32-bit offsets reach
constexpr std::uint64_t kAlignment = 64;               ///< of the data of a member
constexpr std::uint64_t kLocalBytes = 30;
constexpr std::uint16_t kPaddingField = 0x4246;  ///< "FB", the extra field PyTorch pads with

void put16(std::string& bytes, std::initializer_list<std::uint64_t> values) {
  for (const auto value : values)
    for (int shift = 0; shift < 16; shift += 8) bytes += static_cast<char>(value >> shift);
}
void put32(std::string& bytes, std::initializer_list<std::uint64_t> values) {
  for (const auto value : values)
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(value >> shift);
}

}  // namespace

void ZipWriter::add(const std::string& name, std::string_view content) {
  const std::uint64_t header = bytes_.size();
  const std::uint64_t unpadded = header + kLocalBytes + name.size() + 4;
  const std::uint64_t padding = (kAlignment - unpadded % kAlignment) % kAlignment;
  const std::uint64_t end = unpadded + padding + content.size();
  // The directory still has to fit behind the last member.
  if (end + directory_.size() + (1u << 16) > kLargestArchive || members_ == 0xfffe)
    fail(ErrorKind::resource, where_, "the archive would pass 4 GiB or 65534 tensors; write ",
         ".safetensors instead");

  uLong crc = crc32(0, nullptr, 0);
  crc = crc32_z(crc, reinterpret_cast<const Bytef*>(content.data()), content.size());
  std::string common;  // from the flags to the length of the extra field, as both headers have it
  put16(common, {0, 0, 0, 0});
  put32(common, {crc, content.size(), content.size()});

  put32(bytes_, {0x04034b50});
  put16(bytes_, {10});
  bytes_ += common;
  put16(bytes_, {name.size(), padding + 4});
  bytes_ += name;
  put16(bytes_, {kPaddingField, padding});
  bytes_.append(padding, 'Z');
  bytes_ += content;

  put32(directory_, {0x02014b50});
  put16(directory_, {10, 10});
  directory_ += common;
  put16(directory_, {name.size(), 0, 0, 0, 0});
  put32(directory_, {0, header});
  directory_ += name;
  ++members_;
}

std::string ZipWriter::finish() {
  const std::uint64_t begin = bytes_.size();
  bytes_ += directory_;
  put32(bytes_, {0x06054b50});
  put16(bytes_, {0, 0, members_, members_});
  put32(bytes_, {directory_.size(), begin});
  put16(bytes_, {0});
  return std::move(bytes_);
}

}  // namespace aufbau::store
