#include "graphs/edge_codes.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>

namespace aufbau::graphs {

namespace {

std::size_t edge_count(std::span<const GraphView> graphs) {
  std::size_t count = 0;
  for (const GraphView& graph : graphs) count += graph.begin.size();
  return count;
}

EdgeCodes codes_of_columns(std::span<const GraphView> graphs, const FeatureSchema& schema) {
  EdgeCodes edges;
  edges.count = schema.edge_code_count();
  edges.self_loop = schema.self_loop_code();
  edges.code.reserve(edge_count(graphs));
  for (const GraphView& graph : graphs)
    for (std::size_t e = 0; e < graph.begin.size(); ++e)
      edges.code.push_back(schema.edge_code(graph.edge_codes.data() +
                                            e * static_cast<std::size_t>(graph.edge_columns)));
  return edges;
}

EdgeCodes codes_of_values(std::span<const GraphView> graphs, const FeatureSchema& schema) {
  const std::size_t columns = schema.edge_values.size();
  const auto width = static_cast<std::size_t>(schema.edge_value_width());
  std::vector<float> rows(width);
  rows[columns] = 1;  // the self loop: no values, its flag

  EdgeCodes edges;
  edges.code.reserve(edge_count(graphs));
  std::unordered_map<std::string_view, std::int32_t> known;  // bytes inside `graphs`
  for (const GraphView& graph : graphs)
    for (std::size_t e = 0; e < graph.begin.size(); ++e) {
      const float* values = graph.edge_values.data() + e * columns;
      const std::string_view bytes(reinterpret_cast<const char*>(values), columns * sizeof(float));
      const auto next = static_cast<std::int32_t>(known.size()) + 1;
      const auto [found, is_new] = known.try_emplace(bytes, next);
      edges.code.push_back(found->second);
      if (!is_new) continue;
      rows.insert(rows.end(), values, values + columns);
      rows.resize(rows.size() + width - columns);
    }
  edges.count = static_cast<std::int32_t>(rows.size() / width);
  edges.values =
      Tensor::from(std::span<const float>(rows), {edges.count, static_cast<std::int64_t>(width)});
  return edges;
}

}  // namespace

EdgeCodes edge_codes_of(std::span<const GraphView> graphs, const FeatureSchema& schema) {
  return schema.edge_values.empty() ? codes_of_columns(graphs, schema)
                                    : codes_of_values(graphs, schema);
}

}  // namespace aufbau::graphs
