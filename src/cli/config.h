#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace aufbau::cli {

/// One `key = value` of a configuration file: the values of an array, or the one value there is.
struct ConfigEntry {
  std::string key;
  std::vector<std::string> values;
  bool is_array = false;
  int line = 0;
};

/// Reads the flat part of TOML: comments, bare and quoted keys, strings with escapes, numbers,
/// booleans, arrays over several lines. Tables, dates, nested arrays and repeated keys are
/// Error{usage} with the line. CLI11's own reader is not used because it cuts a quoted text at a
/// `#` and splits it at spaces without saying so.
std::vector<ConfigEntry> parse_config(std::string_view text, const std::string& path);

/// The same from a file; Error{input} when it cannot be read.
std::vector<ConfigEntry> read_config(const std::string& path);

}  // namespace aufbau::cli
