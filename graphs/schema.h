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
};

/// Structure and nothing else: one node column with one code, no edge columns.
FeatureSchema structure_schema();

/// Error{mismatch} naming the first difference, as "<where>: expected ..., got ...", and what to do
/// about it where the caller knows.
void require_same_schema(const std::string& where, const FeatureSchema& expected,
                         const FeatureSchema& got, const std::string& remedy = "");

}  // namespace aufbau::graphs
