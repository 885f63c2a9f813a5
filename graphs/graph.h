#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "graphs/schema.h"

namespace aufbau::graphs {

/// A graph that somebody else owns. Every undirected edge once; node numbers local to the graph.
/// Self loops are not stored: a layer adds its own.
struct GraphView {
  std::int32_t node_columns = 0, edge_columns = 0;
  std::span<const std::uint16_t> node_codes;  ///< row-major [nodes, node_columns]
  std::span<const std::int32_t> begin, end;   ///< [edges]
  std::span<const std::uint16_t> edge_codes;  ///< row-major [edges, edge_columns]
  std::span<const float> edge_values = {};    ///< row-major [edges, FeatureSchema::edge_values]
  std::int32_t centre = -1;                   ///< the node an ego network is about; -1: none

  std::int32_t node_count() const {
    return node_columns == 0 ? 0 : static_cast<std::int32_t>(node_codes.size()) / node_columns;
  }
  std::int32_t edge_count() const { return static_cast<std::int32_t>(begin.size()); }
  std::int32_t edge_value_columns() const {
    return begin.empty() ? 0 : static_cast<std::int32_t>(edge_values.size() / begin.size());
  }
};

/// A graph of its own, for building and for altered copies (masks, augmentations, subgraphs).
struct Graph {
  std::int32_t node_columns = 0, edge_columns = 0;
  std::vector<std::uint16_t> node_codes;
  std::vector<std::int32_t> begin, end;
  std::vector<std::uint16_t> edge_codes;
  std::vector<float> edge_values;
  std::int32_t centre = -1;

  Graph() = default;
  explicit Graph(const GraphView& view);
  GraphView view() const;
};

/// Which promise the graph breaks under `schema`, in words; empty when it keeps all: columns as the
/// schema has them, whole rows, ends in range, no self loops, codes below their cardinality, finite
/// values, a centre in range.
std::string broken_promise(const GraphView& graph, const FeatureSchema& schema);

/// Many graphs with one schema in flat arrays; about 2 bytes per code and 8 per edge.
class GraphSet {
 public:
  explicit GraphSet(FeatureSchema schema = {}) : schema_(std::move(schema)) {}
  const FeatureSchema& schema() const { return schema_; }
  std::int64_t size() const { return static_cast<std::int64_t>(node_ptr_.size()) - 1; }
  std::int64_t node_count() const { return node_ptr_.back(); }
  std::int64_t edge_count() const { return edge_ptr_.back(); }
  GraphView operator[](std::int64_t index) const;  ///< Error{internal} out of range
  bool has_centres() const;                        ///< of any graph
  /// Copies a graph to the end; Error{internal} naming the broken promise.
  void append(const GraphView& graph);
  void clear();

  const std::vector<std::int64_t>& node_ptr() const { return node_ptr_; }
  const std::vector<std::int64_t>& edge_ptr() const { return edge_ptr_; }
  const std::vector<std::uint16_t>& node_codes() const { return node_codes_; }
  const std::vector<std::int32_t>& begin() const { return begin_; }
  const std::vector<std::int32_t>& end() const { return end_; }
  const std::vector<std::uint16_t>& edge_codes() const { return edge_codes_; }
  /// Takes whole arrays, checking every promise (Error{input} names the first graph that breaks
  /// one): offsets ascend, and those of broken_promise. `centre`: [G], or empty for none.
  static GraphSet from_arrays(FeatureSchema schema, std::vector<std::int64_t> node_ptr,
                              std::vector<std::int64_t> edge_ptr,
                              std::vector<std::uint16_t> node_codes,
                              std::vector<std::int32_t> begin, std::vector<std::int32_t> end,
                              std::vector<std::uint16_t> edge_codes,
                              std::vector<float> edge_values = {},
                              std::vector<std::int32_t> centre = {});

 private:
  FeatureSchema schema_;
  std::vector<std::int64_t> node_ptr_{0}, edge_ptr_{0};
  std::vector<std::uint16_t> node_codes_;
  std::vector<std::int32_t> begin_, end_;
  std::vector<std::uint16_t> edge_codes_;
  std::vector<float> edge_values_;
  std::vector<std::int32_t> centre_;  ///< [G]
};

}  // namespace aufbau::graphs
