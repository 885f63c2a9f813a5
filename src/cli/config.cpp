#include "cli/config.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

#include "cli/failure.h"

namespace aufbau::cli {
namespace {

class Reader {
 public:
  Reader(std::string_view text, const std::string& path) : text_(text), path_(path) {}

  Config config() {
    Config config;
    for (skip_blank(); at_ < text_.size(); skip_blank()) {
      if (peek() == '[') {
        add_table(config);
      } else {
        add_entry(config.tables.empty() ? config.entries : config.tables.back().entries);
      }
    }
    return config;
  }

 private:
  [[noreturn]] void complain(const std::string& what) const {
    fail_usage("config", place() + ": " + what);
  }
  std::string place() const { return path_ + " line " + std::to_string(line_); }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_spaces() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\r') ++at_;
  }
  void skip_comment() {
    if (peek() == '#')
      while (at_ < text_.size() && text_[at_] != '\n') ++at_;
  }
  /// White space, line ends and comments.
  void skip_blank() {
    for (;;) {
      skip_spaces();
      skip_comment();
      if (peek() != '\n') return;
      ++at_;
      ++line_;
    }
  }

  void add_table(Config& config) {
    ConfigTable table;
    table.place = place();
    ++at_;
    table.is_repeated = peek() == '[';
    if (table.is_repeated) ++at_;
    skip_spaces();
    table.name = key("the name of a table");
    skip_spaces();
    for (int i = 0; i < (table.is_repeated ? 2 : 1); ++i, ++at_)
      if (peek() != ']')
        complain(std::string("expected '") + (table.is_repeated ? "]]" : "]") +
                 "' after the name of the table '" + table.name + "'");
    expect_end_of_line("the header of the table '" + table.name + "'");
    for (const auto& other : config.tables)
      if (other.name == table.name && !(other.is_repeated && table.is_repeated))
        complain(table.header() + " stands there already, as " + other.header() + " in " +
                 other.place);
    config.tables.push_back(std::move(table));
  }

  void add_entry(std::vector<ConfigEntry>& entries) {
    ConfigEntry entry = read_entry();
    for (const auto& other : entries)
      if (other.key == entry.key) complain("'" + entry.key + "' is set twice");
    entries.push_back(std::move(entry));
  }

  void expect_end_of_line(const std::string& what) {
    skip_spaces();
    skip_comment();
    if (at_ < text_.size() && peek() != '\n') complain("unexpected text after " + what);
  }

  /// Underscores are hyphens, as on the command line.
  std::string key(const char* what) {
    std::string name = peek() == '"' || peek() == '\'' ? quoted() : bare(what);
    std::replace(name.begin(), name.end(), '_', '-');
    if (name.find('.') != std::string::npos)
      complain("'" + name + "': nested tables and dotted keys are not used here");
    return name;
  }

  ConfigEntry read_entry() {
    ConfigEntry entry;
    entry.place = place();
    entry.key = key("a key");
    skip_spaces();
    if (peek() != '=') complain("expected '=' after '" + entry.key + "'");
    ++at_;
    skip_spaces();
    if (peek() == '[') {
      entry.is_array = true;
      entry.values = array();
    } else {
      entry.values.push_back(value());
    }
    expect_end_of_line("the value of '" + entry.key + "'; quote texts with \"\"");
    return entry;
  }

  std::vector<std::string> array() {
    std::vector<std::string> values;
    ++at_;
    for (;;) {
      skip_blank();
      if (peek() == ']') break;
      if (peek() == '[') complain("arrays inside arrays are not used here");
      values.push_back(value());
      skip_blank();
      if (peek() == ',') {
        ++at_;
      } else if (peek() != ']') {
        complain("expected ',' or ']' in an array");
      }
    }
    ++at_;
    return values;
  }

  std::string value() {
    if (peek() == '"' || peek() == '\'') return quoted();
    return bare("a value");
  }

  /// A number, a boolean or a bare key.
  std::string bare(const char* what) {
    const std::size_t begin = at_;
    while (std::isalnum(static_cast<unsigned char>(peek())) || peek() == '_' || peek() == '-' ||
           peek() == '+' || peek() == '.')
      ++at_;
    if (at_ == begin) complain(std::string("expected ") + what + "; quote texts with \"\"");
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string quoted() {
    const char quote = text_[at_++];
    std::string out;
    for (;; ++at_) {
      if (at_ >= text_.size() || peek() == '\n') complain("a quoted text does not end on its line");
      if (peek() == quote) break;
      if (peek() == '\\' && quote == '"') {
        ++at_;
        out += escaped();
      } else {
        out += peek();
      }
    }
    ++at_;
    return out;
  }

  char escaped() const {
    switch (peek()) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case '"':
        return '"';
      case '\\':
        return '\\';
      default:
        complain(R"(after a backslash expected one of n t r " \; use '' for plain text)");
    }
  }

  std::string_view text_;
  const std::string& path_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace

Config parse_config(std::string_view text, const std::string& path) {
  return Reader(text, path).config();
}

Config read_config(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  try {
    text.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  } catch (const std::ios_base::failure&) {  // a folder
    file.setstate(std::ios::badbit);
  }
  if (!file.is_open() || file.bad())
    throw Error(ErrorKind::input, "[config] " + path + " cannot be read");
  return parse_config(text, path);
}

}  // namespace aufbau::cli
