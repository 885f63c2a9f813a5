#pragma once
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>

namespace aufbau::report {

// How numbers stand in sentences and tables.

/// By a printf format; "-" for what is not known or not defined.
inline std::string formatted(double value, const char* format) {
  if (!std::isfinite(value)) return "-";
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

/// Three significant digits.
inline std::string in_words(double value) { return formatted(value, "%.3g"); }

/// "1 graph", "20 graphs"
inline std::string counted(std::int64_t count, const std::string& thing) {
  return std::to_string(count) + ' ' + thing + (count == 1 ? "" : "s");
}

}  // namespace aufbau::report
