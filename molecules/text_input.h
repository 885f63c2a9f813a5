#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/sha256.h"
#include "molecules/byte_source.h"

namespace aufbau::molecules {

/// The bytes of a source through a window that grows on demand; a UTF-8 byte order mark is skipped.
/// Counts lines and hashes all bytes as they come.
class TextInput {
 public:
  /// Error{input} when the bytes start as UTF-16.
  TextInput(std::unique_ptr<ByteSource> source, std::string where);

  const std::string& where() const { return where_; }
  /// What was read and not consumed yet; valid until the next call of fill().
  std::string_view view() const { return std::string_view(buffer_).substr(start_); }
  /// Makes view() longer; false at the end of the input.
  bool fill();
  void consume(std::size_t count);
  /// Bytes consumed so far, the byte order mark not counted.
  std::uint64_t position() const { return position_; }
  /// Number of the line that view() starts in, from 1.
  std::int64_t line() const { return line_; }

  /// One physical line without its end (\n or \r\n). A line longer than the limit is consumed
  /// whole, but only its beginning is kept.
  struct Line {
    std::string text;
    bool too_long = false;
  };
  bool next_line(Line& line, std::size_t limit);

  /// Of all bytes read so far.
  std::string sha256() const { return hash_.hex(); }

 private:
  std::unique_ptr<ByteSource> source_;
  std::string where_, buffer_;
  std::size_t start_ = 0;
  std::uint64_t position_ = 0;
  std::int64_t line_ = 1;
  Sha256 hash_;
};

/// How much of a damaged or over-long record is kept to show it.
constexpr std::size_t kShownBytes = 256;

}  // namespace aufbau::molecules
