#pragma once
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aufbau::cli {

/// The whole text as a number of type T, locale-free; nothing when it is not one, does not fit or
/// is not finite.
template <class T>
std::optional<T> read_number(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  T value{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if constexpr (std::is_floating_point_v<T>)
    if (!std::isfinite(value)) return std::nullopt;
  return value;
}

/// Shortest text that reads back to the same number.
template <class T>
std::string write_number(T value) {
  char text[40];
  const auto result = std::to_chars(text, text + sizeof text, value);
  return std::string(text, result.ptr);
}

/// "12,345"
std::string with_thousands(std::int64_t value);
/// "1 h 02 min", "3 min 20 s", "4.2 s"
std::string duration(double seconds);
std::vector<std::string> split_list(std::string_view text, char separator = ',');

}  // namespace aufbau::cli
