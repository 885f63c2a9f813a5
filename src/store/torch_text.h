#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace aufbau::store {

/// Text out of a file nobody vouches for, as a message may hold it: in quotes, the first 80 bytes,
/// what is not printable ASCII as \xNN.
inline std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 80;
  constexpr const char* kDigits = "0123456789abcdef";
  std::string out = "'";
  for (const char c : text.substr(0, kMost)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f)
      out += c;
    else
      out += std::string("\\x") + kDigits[byte >> 4] + kDigits[byte & 15];
  }
  return out + (text.size() > kMost ? "...'" : "'");
}

/// Well-formed UTF-8, as the names in a pickle and in a tensor file must be.
inline bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const std::size_t count = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || count > text.size() - i) return false;
    std::uint32_t code = count == 1 ? first : first & (0x7fu >> count);
    for (std::size_t k = 1; k < count; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0) != 0x80) return false;
      code = code << 6 | (next & 0x3f);
    }
    const bool is_surrogate = code >= 0xd800 && code < 0xe000;
    const bool is_too_long = (count == 3 && code < 0x800) || (count == 4 && code < 0x10000);
    if (is_surrogate || is_too_long || code > 0x10ffff) return false;
    i += count;
  }
  return true;
}

}  // namespace aufbau::store
