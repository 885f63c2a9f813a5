#include "graphs/schema.h"

#include <algorithm>
#include <initializer_list>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/text.h"

namespace aufbau::graphs {

namespace {

using Json = nlohmann::ordered_json;

// Codes are stored as 16-bit numbers; the edge table has one row per edge code, so their product is
// bounded too.
constexpr std::int64_t kMaxCardinality = 1 << 16;
constexpr std::int64_t kMaxEdgeCodes = 1 << 16;
constexpr std::size_t kMaxColumns = 256;

[[noreturn]] void fail_json(const std::string& what) {
  fail(ErrorKind::mismatch, "feature schema", what, "; the file was not written by this program");
}

/// The value of `key`, which must be there, next to no other keys than `known`.
const Json& member(const Json& object, const char* key, std::initializer_list<const char*> known) {
  if (!object.is_object())
    fail_json("expected a JSON object, got " + std::string(object.type_name()));
  for (const auto& item : object.items())
    if (std::none_of(known.begin(), known.end(), [&](const char* k) { return item.key() == k; }))
      fail_json("unknown key '" + item.key() + "'");
  const auto found = object.find(key);
  if (found == object.end()) fail_json("key '" + std::string(key) + "' is missing");
  return *found;
}

std::string text_of(const Json& value, const char* key) {
  if (!value.is_string()) fail_json("'" + std::string(key) + "' is not a string");
  return value.get<std::string>();
}

std::int64_t integer_of(const Json& value, const char* key, std::int64_t low, std::int64_t high) {
  if (!value.is_number_integer()) fail_json("'" + std::string(key) + "' is not an integer");
  if (value.is_number_unsigned() && value.get<std::uint64_t>() > static_cast<std::uint64_t>(high))
    fail_json("'" + std::string(key) + "' is above " + std::to_string(high));
  const auto number = value.get<std::int64_t>();
  if (number < low || number > high)
    fail_json("'" + std::string(key) + "' is " + std::to_string(number) + ", expected " +
              std::to_string(low) + " to " + std::to_string(high));
  return number;
}

Json column_to_json(const FeatureColumn& column) {
  Json reserved = Json::object();
  for (const auto& [role, code] : column.reserved) reserved[role] = code;
  return {{"name", column.name}, {"cardinality", column.cardinality}, {"reserved", reserved}};
}

FeatureColumn column_from_json(const Json& json) {
  const auto keys = {"name", "cardinality", "reserved"};
  FeatureColumn column;
  column.name = text_of(member(json, "name", keys), "name");
  column.cardinality = static_cast<std::int32_t>(
      integer_of(member(json, "cardinality", keys), "cardinality", 1, kMaxCardinality));
  const Json& reserved = member(json, "reserved", keys);
  if (!reserved.is_object()) fail_json("'reserved' is not a JSON object");
  for (const auto& item : reserved.items())
    column.reserved.emplace_back(
        item.key(), static_cast<std::int32_t>(
                        integer_of(item.value(), item.key().c_str(), 0, column.cardinality - 1)));
  return column;
}

std::vector<FeatureColumn> columns_from_json(const Json& json, const char* key) {
  if (!json.is_array()) fail_json("'" + std::string(key) + "' is not an array");
  if (json.size() > kMaxColumns)
    fail_json("'" + std::string(key) + "' has " + std::to_string(json.size()) + " columns");
  std::vector<FeatureColumn> columns;
  for (const Json& column : json) columns.push_back(column_from_json(column));
  return columns;
}

std::string describe(const FeatureColumn& column) {
  std::string text = "'" + column.name + "' with " + std::to_string(column.cardinality) + " codes";
  for (const auto& [role, code] : column.reserved)
    text += ", " + role + " = " + std::to_string(code);
  return text;
}

void require_same_columns(const std::string& where, const char* level,
                          const std::vector<FeatureColumn>& expected,
                          const std::vector<FeatureColumn>& got) {
  const std::size_t shared = std::min(expected.size(), got.size());
  for (std::size_t c = 0; c < shared; ++c)
    if (expected[c] != got[c])
      fail(ErrorKind::mismatch, where, level, " feature column ", c, ": expected ",
           describe(expected[c]), "; got ", describe(got[c]));
  if (expected.size() > shared)
    fail(ErrorKind::mismatch, where, level, " feature column ", shared, ": expected ",
         describe(expected[shared]), "; got no such column");
  if (got.size() > shared)
    fail(ErrorKind::mismatch, where, level, " feature column ", shared,
         ": expected no such column; got ", describe(got[shared]));
}

}  // namespace

std::int32_t FeatureColumn::reserved_code(const std::string& role) const {
  for (const auto& [name_of_role, code] : reserved)
    if (name_of_role == role) return code;
  fail(ErrorKind::internal, "feature schema", "column '", name, "' has no code for '", role, "'");
}

std::string FeatureSchema::to_json() const {
  Json json = {{"name", name}, {"version", version}};
  json["node"] = Json::array();
  json["edge"] = Json::array();
  for (const FeatureColumn& column : node) json["node"].push_back(column_to_json(column));
  for (const FeatureColumn& column : edge) json["edge"].push_back(column_to_json(column));
  return json.dump();
}

FeatureSchema FeatureSchema::from_json(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) fail_json("not JSON");
  const auto keys = {"name", "version", "node", "edge"};
  FeatureSchema schema;
  schema.name = text_of(member(json, "name", keys), "name");
  schema.version =
      static_cast<int>(integer_of(member(json, "version", keys), "version", 1, 1 << 20));
  schema.node = columns_from_json(member(json, "node", keys), "node");
  schema.edge = columns_from_json(member(json, "edge", keys), "edge");
  if (schema.node.empty()) fail_json("there is no node feature column");
  std::int64_t codes = 1;
  for (const FeatureColumn& column : schema.edge) {
    codes *= column.cardinality;
    if (codes > kMaxEdgeCodes)
      fail_json("the edge feature columns have more than " + std::to_string(kMaxEdgeCodes) +
                " combinations");
  }
  return schema;
}

std::string FeatureSchema::hash() const { return sha256_hex(to_json()); }

std::int32_t FeatureSchema::edge_code_count() const {
  std::int32_t count = 1;
  for (const FeatureColumn& column : edge) count *= column.cardinality;
  return count;
}

std::int32_t FeatureSchema::edge_code(const std::uint16_t* columns) const {
  std::int32_t code = 0;
  for (std::size_t c = 0; c < edge.size(); ++c) code = code * edge[c].cardinality + columns[c];
  return code;
}

std::int32_t FeatureSchema::self_loop_code() const {
  std::int32_t code = 0;
  for (const FeatureColumn& column : edge) {
    std::int32_t own = 0;
    for (const auto& [role, reserved] : column.reserved)
      if (role == "self-loop") own = reserved;
    code = code * column.cardinality + own;
  }
  return code;
}

std::vector<std::int32_t> FeatureSchema::edge_code_columns() const {
  const std::int32_t count = edge_code_count();
  std::vector<std::int32_t> columns(static_cast<std::size_t>(count) * edge.size());
  for (std::int32_t code = 0; code < count; ++code) {
    std::int32_t rest = code;
    for (std::size_t c = edge.size(); c-- > 0; rest /= edge[c].cardinality)
      columns[static_cast<std::size_t>(code) * edge.size() + c] = rest % edge[c].cardinality;
  }
  return columns;
}

void require_same_schema(const std::string& where, const FeatureSchema& expected,
                         const FeatureSchema& got) {
  if (expected.name != got.name || expected.version != got.version)
    fail(ErrorKind::mismatch, where, "feature schema: expected '", expected.name, "' version ",
         expected.version, "; got '", got.name, "' version ", got.version);
  require_same_columns(where, "node", expected.node, got.node);
  require_same_columns(where, "edge", expected.edge, got.edge);
}

}  // namespace aufbau::graphs
