#include "train/csv_field.h"

#include <cmath>

#include "core/text.h"

namespace aufbau::train {

std::string csv_field(std::string_view text, char separator) {
  const bool needs_quotes = text.find_first_of("\"\r\n") != std::string_view::npos ||
                            text.find(separator) != std::string_view::npos;
  if (!needs_quotes) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_number(double value) { return std::isnan(value) ? "" : format_number(value); }
std::string csv_number(float value) { return std::isnan(value) ? "" : format_number(value); }

}  // namespace aufbau::train
