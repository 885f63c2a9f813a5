#pragma once
// Strict reading of JSON that this program wrote. Header only, so that just its users pay for the
// JSON library.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/error.h"

namespace aufbau {

/// Keeps the order of keys: equal content gives equal bytes.
using Json = nlohmann::ordered_json;

/// One JSON object whose keys are all known. Every complaint is an Error of the kind given, naming
/// `where` and the key.
class JsonObject {
 public:
  /// Checks that `json` is an object without other keys than `keys`. `json` must outlive this
  /// object.
  JsonObject(const Json& json, ErrorKind kind, std::string where,
             std::initializer_list<const char*> keys)
      : json_(json), kind_(kind), where_(std::move(where)) {
    if (!json.is_object()) complain("expected a JSON object, got ", json.type_name());
    for (const auto& item : json.items())
      if (std::find(keys.begin(), keys.end(), item.key()) == keys.end())
        complain("unknown key '", item.key(), "'");
  }

  bool has(const char* key) const { return json_.contains(key); }
  const Json& at(const char* key) const {
    const auto found = json_.find(key);
    if (found == json_.end()) complain("key '", key, "' is missing");
    return *found;
  }
  const Json& array(const char* key) const {
    if (!at(key).is_array()) complain("'", key, "' is not an array");
    return at(key);
  }
  std::string text(const char* key) const {
    if (!at(key).is_string()) complain("'", key, "' is not a string");
    return at(key).get<std::string>();
  }
  /// Both bounds belong to the range.
  std::int64_t integer(const char* key, std::int64_t low, std::int64_t high) const {
    const Json& value = at(key);
    const bool fits = value.is_number_integer() &&
                      !(value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX);
    if (!fits || value.get<std::int64_t>() < low || value.get<std::int64_t>() > high)
      complain("'", key, "': expected an integer from ", low, " to ", high, ", got ", value.dump());
    return value.get<std::int64_t>();
  }
  double number(const char* key) const {
    if (!at(key).is_number() || !std::isfinite(at(key).get<double>()))
      complain("'", key, "': expected a number, got ", at(key).dump());
    return at(key).get<double>();
  }

  /// null is NaN: what is not known or not defined.
  double number_or_nan(const char* key) const {
    return at(key).is_null() ? std::numeric_limits<double>::quiet_NaN() : number(key);
  }
  std::vector<double> numbers_or_nan(const char* key) const {
    std::vector<double> values;
    for (const Json& value : array(key)) {
      if (!value.is_number() && !value.is_null()) complain("'", key, "' holds ", value.dump());
      values.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN()
                                       : value.get<double>());
    }
    return values;
  }
  std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> values;
    for (const Json& value : array(key)) {
      if (!value.is_string()) complain("'", key, "' holds ", value.dump());
      values.push_back(value.get<std::string>());
    }
    return values;
  }

  template <class... Parts>
  [[noreturn]] void complain(const Parts&... parts) const {
    fail(kind_, where_, parts...);
  }

 private:
  const Json& json_;
  ErrorKind kind_;
  std::string where_;
};

/// The text as JSON; an Error of the kind given when it is not.
inline Json parse_json(const std::string& text, ErrorKind kind, const std::string& where) {
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) fail(kind, where, "not JSON");
  return json;
}

}  // namespace aufbau
