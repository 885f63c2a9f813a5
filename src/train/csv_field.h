#pragma once
#include <string>
#include <string_view>

namespace aufbau::train {

/// One field of a CSV file (RFC 4180): quoted where it must be. In a tab-separated file tabs and
/// line ends cannot be quoted by all readers, so they become spaces there.
std::string csv_field(std::string_view text, char separator = ',');

/// A number as a field: shortest text that reads back; empty for NaN.
std::string csv_number(double value);
std::string csv_number(float value);

}  // namespace aufbau::train
