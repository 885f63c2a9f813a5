#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace aufbau::molecules {

/// Where the bytes of an input come from.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// Fills up to `size` bytes of `to`; 0 at the end only. Error{input}: unreadable, or damaged gzip
  /// (saying at which byte); everything before the damage has been delivered then.
  virtual std::size_t read(char* to, std::size_t size) = 0;
};

/// A file, or standard input for "-", decompressed when it is gzip. Error{input}: missing,
/// unreadable, or called .gz without being gzip.
std::unique_ptr<ByteSource> open_source(const std::string& path);

/// Bytes that somebody else keeps.
std::unique_ptr<ByteSource> memory_source(std::string_view bytes);

/// Gzip members, one after another, taken from `compressed`. `where` stands in messages.
std::unique_ptr<ByteSource> gzip_source(std::unique_ptr<ByteSource> compressed, std::string where);

}  // namespace aufbau::molecules
