#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aufbau {

std::string_view trim(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
/// Locale-free; the whole text must be a finite number.
std::optional<double> parse_number(std::string_view text);
std::optional<long long> parse_integer(std::string_view text);
/// Shortest text that reads back to the same number.
std::string format_number(double value);
std::string format_number(float value);
/// The known name with the smallest edit distance, if it is near enough to be meant; empty
/// otherwise.
std::string nearest_name(std::string_view name, std::span<const std::string> known);
/// "unknown <what> 'x'; did you mean 'y'? known: a, b" as an Error of kind usage.
[[noreturn]] void fail_unknown_name(std::string_view where, std::string_view what,
                                    std::string_view name, std::span<const std::string> known);
/// Lower-case hexadecimal SHA-256 (FIPS 180-4).
std::string sha256_hex(std::string_view bytes);

}  // namespace aufbau
