#pragma once
#include <string>
#include <vector>

#include "graphs/graph.h"
#include "graphs/graphon/matrix.h"
#include "testing/near.h"
#include "testing/reference.h"

namespace aufbau::testing {

/// The list of graphs `n`, `edge_ptr`, `edges` in a group of a graphon_*.h5 file, under
/// structure_schema(); with `class_count` above 1, node codes are the group's `types`, all below
/// it.
inline graphs::GraphSet graphs_of_group(const ReferenceFile& file, const std::string& group,
                                        std::int32_t class_count = 1) {
  const std::vector<std::int32_t> nodes = file.ints(group + "/n"),
                                  edges = file.ints(group + "/edges"),
                                  edge_offset = file.ints(group + "/edge_ptr");
  std::vector<std::int64_t> node_ptr{0}, edge_ptr(edge_offset.begin(), edge_offset.end());
  for (const std::int32_t count : nodes) node_ptr.push_back(node_ptr.back() + count);
  std::vector<std::uint16_t> codes(static_cast<std::size_t>(node_ptr.back()), 0);
  if (class_count > 1) {
    const std::vector<std::int32_t> types = file.ints(group + "/types");
    codes.assign(types.begin(), types.end());
  }
  std::vector<std::int32_t> begin, end;
  for (std::size_t i = 0; i < edges.size(); i += 2) {
    begin.push_back(edges[i]);
    end.push_back(edges[i + 1]);
  }
  graphs::FeatureSchema schema = graphs::structure_schema();
  schema.node[0].cardinality = class_count;
  return graphs::GraphSet::from_arrays(schema, node_ptr, edge_ptr, codes, begin, end, {});
}

/// A matrix as the rows of a known-answer file have it.
inline std::vector<double> flat(const graphs::Matrix& matrix) {
  return {matrix.data(), matrix.data() + matrix.size()};
}

inline graphs::Matrix reference_matrix(const ReferenceFile& file, const std::string& path) {
  const Shape shape = file.shape(path);
  const std::vector<double> values = file.doubles(path);
  return Eigen::Map<const graphs::Matrix>(values.data(), shape.at(0), shape.at(1));
}

/// Every number within `tolerance` (absolute) of the array at `path`.
inline void expect_reference(const ReferenceFile& file, const std::string& path,
                             const graphs::Matrix& got, double tolerance) {
  expect_near(path, flat(got), file.doubles(path), tolerance);
}

/// Entry `index` of an array of matrices [count, rows, cols].
inline std::vector<double> reference_slice(const ReferenceFile& file, const std::string& path,
                                           std::size_t index) {
  const std::vector<double> all = file.doubles(path);
  const auto count = static_cast<std::size_t>(file.shape(path).at(0));
  const auto size = static_cast<std::ptrdiff_t>(all.size() / count);
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(index) * size;
  return {begin, begin + size};
}

/// Numbers of a known-answer file are exact to this (absolute) unless it says otherwise.
constexpr double kReferenceTolerance = 1e-10;

}  // namespace aufbau::testing
