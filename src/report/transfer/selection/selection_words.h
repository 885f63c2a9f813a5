#pragma once
#include <cstdio>
#include <string>

namespace aufbau::report {

/// A number in a sentence: three digits.
inline std::string in_words(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.3g", value);
  return text;
}

/// "1 graph", "20 graphs"
inline std::string counted(std::int64_t count, const std::string& thing) {
  return std::to_string(count) + ' ' + thing + (count == 1 ? "" : "s");
}

}  // namespace aufbau::report
