#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace aufbau::graphs {

/// One column of categorical features: its name, how many codes it has, and the codes that have a
/// role of their own ("mask", "self-loop", "unknown").
struct FeatureColumn {
  std::string name;
  std::int32_t cardinality = 0;
  std::vector<std::pair<std::string, std::int32_t>> reserved;
  bool operator==(const FeatureColumn&) const = default;
  /// The reserved code of that role; Error{internal} when there is none.
  std::int32_t reserved_code(const std::string& role) const;
};

/// Names and sizes of all feature columns; travels in every dataset and model, compared wherever
/// two meet.
struct FeatureSchema {
  std::string name;
  int version = 1;
  std::vector<FeatureColumn> node, edge;
  /// Names of real-valued edge features. A schema has these or edge columns, not both.
  std::vector<std::string> edge_values = {};
  bool operator==(const FeatureSchema&) const = default;

  std::string to_json() const;  ///< canonical: equal schemas give equal bytes
  static FeatureSchema from_json(const std::string&);  ///< Error{mismatch} when it is not one
  std::string hash() const;                            ///< SHA-256 of to_json()

  /// Edge features as one number in mixed radix: ((c0 * |1|) + c1) * |2| + ...
  std::int32_t edge_code_count() const;
  std::int32_t edge_code(const std::uint16_t* columns) const;
  /// Every edge column at its "self-loop" code, or 0 where it has none.
  std::int32_t self_loop_code() const;
  /// All edge codes spelled out, row-major [edge_code_count(), edge.size()].
  std::vector<std::int32_t> edge_code_columns() const;
  /// What a model reads of a real-valued edge: its values, then two flags of 0 or 1, "is a self
  /// loop" and "is masked" (Hu et al. 2020, the biology networks).
  std::int32_t edge_value_width() const {
    return static_cast<std::int32_t>(edge_values.size()) + 2;
  }
};

/// Of networks: nodes have a tag below `tags` (or are unknown, or masked), edges the named real
/// values and no columns. One tag and no values: structure alone.
FeatureSchema network_schema(std::int32_t tags = 1, std::vector<std::string> edge_values = {});

/// Error{mismatch} naming the first difference, as "<where>: expected ..., got ...", and what to do
/// about it where the caller knows.
void require_same_schema(const std::string& where, const FeatureSchema& expected,
                         const FeatureSchema& got, const std::string& remedy = "");

}  // namespace aufbau::graphs
