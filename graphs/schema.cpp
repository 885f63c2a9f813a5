#include "graphs/schema.h"

#include <algorithm>

#include "core/json_object.h"
#include "core/text.h"

namespace aufbau::graphs {

namespace {

// Codes are stored as 16-bit numbers; the edge table has one row per edge code, so their product is
// bounded too.
constexpr std::int64_t kMaxCardinality = 1 << 16;
constexpr std::int64_t kMaxEdgeCodes = 1 << 16;
constexpr std::size_t kMaxColumns = 256;

constexpr const char* kWhere = "feature schema";

Json column_to_json(const FeatureColumn& column) {
  Json reserved = Json::array();
  for (const auto& [role, code] : column.reserved)
    reserved.push_back({{"role", role}, {"code", code}});
  return {{"name", column.name}, {"cardinality", column.cardinality}, {"reserved", reserved}};
}

FeatureColumn column_from_json(const Json& json) {
  const JsonObject object(json, ErrorKind::mismatch, kWhere, {"name", "cardinality", "reserved"});
  FeatureColumn column;
  column.name = object.text("name");
  column.cardinality = static_cast<std::int32_t>(object.integer("cardinality", 1, kMaxCardinality));
  for (const Json& item : object.array("reserved")) {
    const JsonObject role(item, ErrorKind::mismatch, kWhere, {"role", "code"});
    column.reserved.emplace_back(role.text("role"), static_cast<std::int32_t>(role.integer(
                                                        "code", 0, column.cardinality - 1)));
  }
  return column;
}

std::vector<FeatureColumn> columns_from_json(const Json& array) {
  if (array.size() > kMaxColumns)
    fail(ErrorKind::mismatch, kWhere, array.size(), " columns; at most ", kMaxColumns,
         " are known");
  std::vector<FeatureColumn> columns;
  for (const Json& column : array) columns.push_back(column_from_json(column));
  return columns;
}

std::vector<std::string> value_names_from_json(const JsonObject& object) {
  const Json& array = object.array("edge_values");
  if (array.size() > kMaxColumns)
    object.complain(array.size(), " real-valued edge features; at most ", kMaxColumns,
                    " are known");
  std::vector<std::string> names;
  for (const Json& name : array) {
    if (!name.is_string()) object.complain("'edge_values' is not a list of names");
    names.push_back(name.get<std::string>());
  }
  return names;
}

std::string describe(const FeatureColumn& column) {
  std::string text = "'" + column.name + "' with " + std::to_string(column.cardinality) + " codes";
  for (const auto& [role, code] : column.reserved)
    text += ", " + role + " = " + std::to_string(code);
  return text;
}

/// What differs first, in words; empty when nothing does.
std::string difference(const char* level, const std::vector<FeatureColumn>& expected,
                       const std::vector<FeatureColumn>& got) {
  for (std::size_t c = 0; c < std::max(expected.size(), got.size()); ++c) {
    const std::string which = std::string(level) + " feature column " + std::to_string(c);
    if (c >= got.size())
      return which + ": expected " + describe(expected[c]) + "; got no such column";
    if (c >= expected.size()) return which + ": expected no such column; got " + describe(got[c]);
    if (expected[c] != got[c])
      return which + ": expected " + describe(expected[c]) + "; got " + describe(got[c]);
  }
  return {};
}

std::string in_words(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
  return text.empty() ? "none" : text;
}

std::string difference(const FeatureSchema& expected, const FeatureSchema& got) {
  if (expected.name != got.name || expected.version != got.version)
    return "feature schema: expected '" + expected.name + "' version " +
           std::to_string(expected.version) + "; got '" + got.name + "' version " +
           std::to_string(got.version);
  if (const std::string nodes = difference("node", expected.node, got.node); !nodes.empty())
    return nodes;
  if (expected.edge_values != got.edge_values)
    return "real-valued edge features: expected " + in_words(expected.edge_values) + "; got " +
           in_words(got.edge_values);
  return difference("edge", expected.edge, got.edge);
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
  if (!edge_values.empty()) json["edge_values"] = edge_values;
  return json.dump();
}

FeatureSchema FeatureSchema::from_json(const std::string& text) {
  const Json json = parse_json(text, ErrorKind::mismatch, kWhere);
  const JsonObject object(json, ErrorKind::mismatch, kWhere,
                          {"name", "version", "node", "edge", "edge_values"});
  FeatureSchema schema;
  schema.name = object.text("name");
  schema.version = static_cast<int>(object.integer("version", 1, 1 << 20));
  schema.node = columns_from_json(object.array("node"));
  schema.edge = columns_from_json(object.array("edge"));
  if (schema.node.empty()) object.complain("there is no node feature column");
  if (object.has("edge_values")) schema.edge_values = value_names_from_json(object);
  if (!schema.edge_values.empty() && !schema.edge.empty())
    object.complain("edges have either feature columns or real values, not both");
  std::int64_t codes = 1;
  for (const FeatureColumn& column : schema.edge) {
    codes *= column.cardinality;
    if (codes > kMaxEdgeCodes)
      object.complain("the edge feature columns have more than ", kMaxEdgeCodes, " combinations");
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

FeatureSchema network_schema(std::int32_t tags, std::vector<std::string> edge_values) {
  FeatureSchema schema;
  schema.name = "network";
  schema.node = {{"tag", tags + 2, {{"unknown", tags}, {"mask", tags + 1}}}};
  schema.edge_values = std::move(edge_values);
  return schema;
}

void require_same_schema(const std::string& where, const FeatureSchema& expected,
                         const FeatureSchema& got, const std::string& remedy) {
  const std::string found = difference(expected, got);
  if (!found.empty()) fail(ErrorKind::mismatch, where, found, remedy.empty() ? "" : "; ", remedy);
}

}  // namespace aufbau::graphs
