#pragma once
#include <string>
#include <string_view>

namespace aufbau::train {

/// One field of a table with this separator (RFC 4180): quoted where it must be.
std::string csv_field(std::string_view text, char separator = ',');

/// A number as a field: shortest text that reads back; empty for NaN.
std::string csv_number(double value);
std::string csv_number(float value);

}  // namespace aufbau::train
