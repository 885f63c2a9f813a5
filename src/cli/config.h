#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace aufbau::cli {

/// One `key = value` of a configuration file: the values of an array, or the one value there is.
struct ConfigEntry {
  std::string key;  ///< with hyphens, also where it was written with underscores
  std::vector<std::string> values;
  bool is_array = false;
  std::string place;  ///< "f.toml line 3"
};

/// `[name]`, or one of several `[[name]]`, with the entries below its header.
struct ConfigTable {
  std::string name;
  bool is_repeated = false;  ///< written [[name]]
  std::string place;
  std::vector<ConfigEntry> entries;

  std::string header() const { return is_repeated ? "[[" + name + "]]" : "[" + name + "]"; }
};

struct Config {
  std::vector<ConfigEntry> entries;  ///< above the first table
  std::vector<ConfigTable> tables;   ///< in the order of the file
};

/// Reads a part of TOML, strictly: comments, bare and quoted keys, strings with escapes, numbers,
/// booleans, arrays over several lines, tables and arrays of tables. Dates, nested arrays, nested
/// and inline tables, a key that is set twice in its table and a table that stands twice are
/// Error{usage} with the line. CLI11's own reader is not used because it cuts a quoted text at a
/// `#` and splits it at spaces without saying so.
Config parse_config(std::string_view text, const std::string& path);

/// The same from a file; Error{input} when it cannot be read.
Config read_config(const std::string& path);

}  // namespace aufbau::cli
