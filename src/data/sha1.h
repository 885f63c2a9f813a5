#pragma once
#include <string>
#include <string_view>

namespace aufbau::data {

/// Lower-case hexadecimal SHA-1 (FIPS 180-4): published splits are named by it. It protects
/// nothing.
std::string sha1_hex(std::string_view bytes);

}  // namespace aufbau::data
