#pragma once
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

#include "graphs/graph.h"
#include "graphs/graphon/matrix.h"
#include "testing/near.h"
#include "testing/reference.h"

namespace aufbau::testing {

/// The list of graphs `n`, `edge_ptr`, `edges` in a group of a graphon_*.h5 file, under
/// network_schema(); with `class_count` above 1, node codes are the group's `types`, all below
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
  graphs::FeatureSchema schema = graphs::network_schema();
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

/// The graphons that known-answer files name, with a degree function that does not increase where
/// the degree identifies them.
inline double formula_value(const std::string& name, double x, double y) {
  const auto step = [&](double at, double both, double one, double none) {
    return x < at && y < at ? both : x < at || y < at ? one : none;
  };
  if (name == "xy") return (1 - x) * (1 - y);
  if (name == "exp07") return std::exp(-(std::pow(x, 0.7) + std::pow(y, 0.7)));
  if (name == "sbm2") return step(0.4, 0.8, 0.1, 0.45);
  if (name == "sbm2b") return step(0.5, 0.7, 0.3, 0.1);
  if (name == "absdiff") return std::abs(x - y);
  if (name == "mean") return 1 - (x + y) / 2;
  throw std::runtime_error("no formula for the graphon " + name);
}

/// Its values at the centres of n x n cells.
inline graphs::Matrix formula_at_cells(const std::string& name, Eigen::Index n) {
  graphs::Matrix values(n, n);
  for (Eigen::Index i = 0; i < n; ++i)
    for (Eigen::Index j = 0; j < n; ++j)
      values(i, j) = formula_value(name, (static_cast<double>(i) + 0.5) / static_cast<double>(n),
                                   (static_cast<double>(j) + 0.5) / static_cast<double>(n));
  return values;
}

/// Numbers of a known-answer file are exact to this (absolute) unless it says otherwise.
constexpr double kReferenceTolerance = 1e-10;

}  // namespace aufbau::testing
