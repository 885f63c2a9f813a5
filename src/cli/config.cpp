#include "cli/config.h"

#include <cctype>
#include <fstream>
#include <iterator>

#include "cli/failure.h"

namespace aufbau::cli {
namespace {

class Reader {
 public:
  Reader(std::string_view text, const std::string& path) : text_(text), path_(path) {}

  std::vector<ConfigEntry> entries() {
    std::vector<ConfigEntry> out;
    for (skip_blank(); at_ < text_.size(); skip_blank()) {
      ConfigEntry entry = read_entry();
      for (const auto& other : out)
        if (other.key == entry.key) complain("'" + entry.key + "' is set twice");
      out.push_back(std::move(entry));
    }
    return out;
  }

 private:
  [[noreturn]] void complain(const std::string& what) const {
    fail_usage("config", path_ + " line " + std::to_string(line_) + ": " + what);
  }
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

  ConfigEntry read_entry() {
    ConfigEntry entry;
    entry.line = line_;
    if (peek() == '[') complain("tables are not used here; write every option as key = value");
    entry.key = peek() == '"' || peek() == '\'' ? quoted() : bare("a key");
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
    skip_spaces();
    skip_comment();
    if (at_ < text_.size() && peek() != '\n')
      complain("unexpected text after the value of '" + entry.key + "'; quote texts with \"\"");
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

std::vector<ConfigEntry> parse_config(std::string_view text, const std::string& path) {
  return Reader(text, path).entries();
}

std::vector<ConfigEntry> read_config(const std::string& path) {
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
