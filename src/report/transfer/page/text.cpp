#include "report/transfer/page/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "core/text.h"

namespace aufbau::report {
namespace {

constexpr const char *kReplacement = "\xEF\xBF\xBD", *kMinus = "\xE2\x88\x92",
                     *kDash = "\xE2\x80\x93";

/// Length of the UTF-8 sequence at the beginning, 0 where there is none: overlong forms, surrogates
/// and what lies beyond U+10FFFF are none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const unsigned first = byte(0), second = byte(1);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return 0;
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
      (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F))
    return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  return length;
}

/// U+0000 to U+001F but for blanks, U+007F to U+009F, and the marks that turn the direction of what
/// follows (U+202A to U+202E, U+2066 to U+2069): none of them belongs into a name.
bool is_control(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 1)
    return (byte(0) < 0x20 && sequence != "\t" && sequence != "\n") || byte(0) == 0x7F;
  if (sequence.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
  if (sequence.size() == 3 && byte(0) == 0xE2)
    return (byte(1) == 0x80 && byte(2) >= 0xAA && byte(2) <= 0xAE) ||
           (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9);
  return false;
}

/// Locale-free.
std::string fixed(double value, int decimals) {
  char text[400];
  const auto end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::fixed, decimals).ptr;
  return {text, end};
}

/// "1.23e-45": three digits.
std::string scientific(double value) {
  char text[64];
  const auto end =
      std::to_chars(text, text + sizeof text, value, std::chars_format::scientific, 2).ptr;
  return {text, end};
}

/// With the minus of typesetters.
std::string with_minus(std::string text) {
  if (!text.empty() && text[0] == '-') text.replace(0, 1, kMinus);
  return text;
}

std::string raised(int exponent) {
  static const char* kDigits[] = {"\xE2\x81\xB0", "\xC2\xB9",     "\xC2\xB2",     "\xC2\xB3",
                                  "\xE2\x81\xB4", "\xE2\x81\xB5", "\xE2\x81\xB6", "\xE2\x81\xB7",
                                  "\xE2\x81\xB8", "\xE2\x81\xB9"};
  std::string text = exponent < 0 ? "\xE2\x81\xBB" : "";
  for (const char digit : std::to_string(std::abs(exponent))) text += kDigits[digit - '0'];
  return text;
}

/// The power of ten of the first digit, after rounding to three: 0 of 0.
int magnitude(double value) {
  const std::string text = scientific(value);
  return std::stoi(text.substr(text.find('e') + 1));
}

/// In size; 0 of none.
double largest_of(std::span<const double> values) {
  double largest = 0;
  for (const double value : values)
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  return largest;
}

/// Blanks that do not break a line between groups of three digits.
std::string grouped(std::string digits) {
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3; at -= 3)
    digits.insert(at - 3, "\xE2\x80\xAF");
  return with_minus(digits);
}

std::string data(double value, const std::string& text) {
  if (!std::isfinite(value)) return "<span class=\"unknown\">" + std::string(kDash) + "</span>";
  return "<data value=\"" + format_number(value) + "\">" + text + "</data>";
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const std::string_view sequence = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0 || is_control(sequence)) {
      out += kReplacement;
    } else if (sequence == "&") {
      out += "&amp;";
    } else if (sequence == "<") {
      out += "&lt;";
    } else if (sequence == ">") {
      out += "&gt;";
    } else if (sequence == "\"") {
      out += "&quot;";
    } else if (sequence == "'") {
      out += "&#39;";
    } else {
      out += sequence;
    }
    text.remove_prefix(sequence.size());
  }
  return out;
}

std::string name_html(std::string_view name) {
  return name.empty() ? "<i>no name</i>" : escaped(name);
}

std::string Unit::suffix() const { return exponent == 0 ? "" : ", in 10" + raised(exponent); }

Unit unit_of(std::span<const double> values) {
  const double largest = largest_of(values);
  if (largest == 0) return {};
  const int digits = magnitude(largest);
  if (digits < -300) return {};  // 10^308 is still a number, and 10^324 is not
  const int exponent = digits >= -2 && digits < 4 ? 0 : digits;
  return {exponent, std::max(0, 2 - digits + exponent)};
}

Unit decimals_of(std::span<const double> values) {
  const double largest = largest_of(values);
  return largest == 0 ? Unit{} : Unit{0, std::clamp(2 - magnitude(largest), 0, 6)};
}

std::string rounded(double value, Unit unit) {
  if (!std::isfinite(value)) return kDash;
  const double shown = value * std::pow(10.0, -unit.exponent);
  if (shown == 0) return "0";
  if (unit.decimals >= 0) {
    const double step = std::pow(10.0, -unit.decimals);
    if (std::abs(shown) >= 1000) return grouped(fixed(shown, 0));
    if (std::abs(shown) >= step / 2) return with_minus(fixed(shown, unit.decimals));
    if (std::abs(shown) >= step / 1000) return with_minus(fixed(shown, -magnitude(shown)));
  }
  const int digits = magnitude(shown);
  if (digits < -4 || digits > 6) {
    const std::string text = scientific(shown);
    return with_minus(text.substr(0, text.find('e'))) + " \xC3\x97 10" + raised(digits);
  }
  if (digits >= 3) return grouped(fixed(shown, 0));
  return with_minus(fixed(shown, 2 - digits));
}

std::string number(double value, Unit unit) { return data(value, rounded(value, unit)); }

std::string range(double low, double high, Unit unit) {
  if (!std::isfinite(low) || !std::isfinite(high)) return data(low + high, "");
  if (unit.exponent == 0 && unit.decimals < 0) unit = decimals_of(std::array{low, high});
  return number(low, unit) + " to " + number(high, unit);
}

std::string signed_number(double value, Unit unit) {
  return data(value, (value > 0 ? "+" : "") + rounded(value, unit));
}

std::string p_value(double value) {
  return data(value, value < 0.001 ? "&lt; 0.001" : fixed(value, 3));
}

std::string percent(double share) {
  const double value = 100 * share;
  const int decimals = value == 0 || value == 100 || value >= 10 ? 0 : 1;
  return data(share, with_minus(fixed(value, decimals)) + "\xE2\x80\xAF%");
}

std::string count(std::int64_t value) {
  return "<data value=\"" + std::to_string(value) + "\">" + grouped(std::to_string(value)) +
         "</data>";
}

std::string mean_and_deviation(double mean, double deviation) {
  if (!std::isfinite(mean) || !std::isfinite(deviation)) return number(mean);
  const Unit unit = decimals_of(std::array{mean, deviation});
  return number(mean, unit) + " \xC2\xB1 " + number(deviation, unit);
}

std::string tick_label(double value, Unit unit) {
  std::string text = rounded(value, unit);
  if (text.find('.') == text.npos || text.find(' ') != text.npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string px(double value) {
  const long tenths = std::lround(10 * value);
  const std::string whole = std::to_string(tenths / 10);
  return tenths % 10 == 0 ? whole : whole + '.' + std::to_string(tenths % 10);
}

std::string shortened(std::string_view text, std::size_t most) {
  std::size_t end = 0, last = 0, characters = 0;
  while (end < text.size() && characters < most) {
    last = end;
    end += std::max<std::size_t>(sequence_length(text.substr(end)), 1);
    ++characters;
  }
  if (end >= text.size()) return std::string(text);
  return std::string(text.substr(0, last)) + "\xE2\x80\xA6";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

}  // namespace aufbau::report
