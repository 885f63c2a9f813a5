#pragma once
// Texts and numbers of the page: the one place where they are made safe and rounded.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace aufbau::report {

/// Any bytes as text of a page or as the value of an attribute: what is not UTF-8, and control
/// characters, become U+FFFD; the characters of markup become references.
std::string escaped(std::string_view text);

/// The same of a name, with words where there is none.
std::string name_html(std::string_view name);

/// A power of ten taken out of all numbers of a table or chart, so that they can be compared.
struct Unit {
  int exponent = 0;
  int decimals = -1;           ///< that all of them have; -1: each three significant digits
  std::string suffix() const;  ///< ", in 10⁻⁴" behind the words of a heading; empty for 0
};
/// No power of ten where the largest is from 0.01 to 10,000; three digits of the largest.
Unit unit_of(std::span<const double> values);
/// No power of ten: three digits of the largest, at most six decimals.
Unit decimals_of(std::span<const double> values);

/// "1.23" or "4.56 × 10⁻⁷"; "–" for what is not known. What the decimals of the unit would make 0
/// keeps a digit. Text without markup, for labels and for the inside of pictures.
std::string rounded(double value, Unit unit = {});
/// The same without zeros at the end, for the ticks of an axis.
std::string tick_label(double value, Unit unit = {});
/// rounded() as an element that holds the whole number: <data value="0.123456">0.123</data>.
std::string number(double value, Unit unit = {});
/// "0.40 to 0.52"; a single dash when one end is not known.
std::string range(double low, double high, Unit unit = {});
/// With its sign.
std::string signed_number(double value, Unit unit = {});
/// "< 0.001" below that, three decimals else.
std::string p_value(double value);
std::string percent(double share);
/// Digits in groups of three.
std::string count(std::int64_t value);
/// "24.1 ± 10.3".
std::string mean_and_deviation(double mean, double deviation);

/// A coordinate in a picture, not negative, to a tenth of a pixel.
std::string px(double value);
/// At most so many characters, the last an ellipsis where some are left out; not escaped.
std::string shortened(std::string_view text, std::size_t most);
/// Words set apart by commas and an "and"; not escaped.
std::string joined(const std::vector<std::string>& words);

}  // namespace aufbau::report
