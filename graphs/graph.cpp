#include "graphs/graph.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace aufbau::graphs {

namespace {

template <class T>
std::span<const T> part(const std::vector<T>& all, std::int64_t begin, std::int64_t end,
                        std::int64_t columns = 1) {
  return std::span<const T>(all).subspan(static_cast<std::size_t>(begin * columns),
                                         static_cast<std::size_t>((end - begin) * columns));
}

/// Name of the first code that is not below its column's cardinality; empty when all are.
std::string bad_code(const char* level, std::span<const std::uint16_t> codes,
                     const std::vector<FeatureColumn>& columns) {
  std::size_t at = 0;
  for (std::size_t row = 0; at < codes.size(); ++row)
    for (const FeatureColumn& column : columns) {
      if (codes[at] >= column.cardinality)
        return std::string(level) + " " + std::to_string(row) + " has code " +
               std::to_string(codes[at]) + " in column '" + column.name + "', which has " +
               std::to_string(column.cardinality) + " codes";
      ++at;
    }
  return {};
}

/// Offsets of `what` must start at 0, never descend, end at `total`, and leave no graph too large
/// to number.
void check_offsets(const char* what, const std::vector<std::int64_t>& ptr, std::int64_t total) {
  if (ptr.empty() || ptr.front() != 0)
    fail(ErrorKind::input, "graphs", what, " offsets do not start with 0");
  for (std::size_t i = 1; i < ptr.size(); ++i) {
    // Written so that no difference of two numbers from a file can overflow.
    if (ptr[i] < ptr[i - 1] || ptr[i] > total)
      fail(ErrorKind::input, "graphs", "graph ", i - 1, ": ", what, " offset ", ptr[i], " after ",
           ptr[i - 1], ", of ", total, " in all");
    if (ptr[i] - ptr[i - 1] > std::numeric_limits<std::int32_t>::max())
      fail(ErrorKind::input, "graphs", "graph ", i - 1, " has ", ptr[i] - ptr[i - 1], " ", what);
  }
  if (ptr.back() != total)
    fail(ErrorKind::input, "graphs", what, " offsets end at ", ptr.back(), ", but there are ",
         total);
}

void check_size(const char* what, std::size_t got, std::int64_t expected) {
  if (static_cast<std::int64_t>(got) != expected)
    fail(ErrorKind::input, "graphs", what, ": expected ", expected, " values, got ", got);
}

}  // namespace

std::string broken_promise(const GraphView& graph, const FeatureSchema& schema) {
  if (graph.node_columns != static_cast<std::int32_t>(schema.node.size()) ||
      graph.edge_columns != static_cast<std::int32_t>(schema.edge.size()))
    return "it has " + std::to_string(graph.node_columns) + " node and " +
           std::to_string(graph.edge_columns) + " edge feature columns, the schema '" +
           schema.name + "' has " + std::to_string(schema.node.size()) + " and " +
           std::to_string(schema.edge.size());
  if (graph.node_columns == 0 || graph.node_codes.size() % schema.node.size() != 0)
    return "its " + std::to_string(graph.node_codes.size()) +
           " node codes are not whole rows of its columns";
  if (graph.end.size() != graph.begin.size() ||
      graph.edge_codes.size() != graph.begin.size() * schema.edge.size())
    return "it has " + std::to_string(graph.begin.size()) + " edge begins, " +
           std::to_string(graph.end.size()) + " ends and " +
           std::to_string(graph.edge_codes.size()) + " edge codes";
  if (graph.edge_values.size() != graph.begin.size() * schema.edge_values.size())
    return "it has " + std::to_string(graph.edge_values.size()) + " edge values for " +
           std::to_string(graph.begin.size()) + " edges with " +
           std::to_string(schema.edge_values.size()) + " each";
  const std::int32_t nodes = graph.node_count();
  if (graph.centre < -1 || graph.centre >= nodes)
    return "its centre is node " + std::to_string(graph.centre) + " of " + std::to_string(nodes);
  for (std::size_t e = 0; e < graph.begin.size(); ++e) {
    const std::int32_t begin = graph.begin[e], end = graph.end[e];
    if (begin < 0 || begin >= nodes || end < 0 || end >= nodes)
      return "edge " + std::to_string(e) + " joins nodes " + std::to_string(begin) + " and " +
             std::to_string(end) + " of " + std::to_string(nodes);
    if (begin == end)
      return "edge " + std::to_string(e) + " is a self loop of node " + std::to_string(begin);
  }
  for (std::size_t i = 0; i < graph.edge_values.size(); ++i)
    if (!std::isfinite(graph.edge_values[i]))
      return "edge " + std::to_string(i / schema.edge_values.size()) +
             " has a value that is not a finite number";
  const std::string bad_node = bad_code("node", graph.node_codes, schema.node);
  return bad_node.empty() ? bad_code("edge", graph.edge_codes, schema.edge) : bad_node;
}

Graph::Graph(const GraphView& view)
    : node_columns(view.node_columns),
      edge_columns(view.edge_columns),
      node_codes(view.node_codes.begin(), view.node_codes.end()),
      begin(view.begin.begin(), view.begin.end()),
      end(view.end.begin(), view.end.end()),
      edge_codes(view.edge_codes.begin(), view.edge_codes.end()),
      edge_values(view.edge_values.begin(), view.edge_values.end()),
      centre(view.centre) {}

GraphView Graph::view() const {
  return {node_columns, edge_columns, node_codes, begin, end, edge_codes, edge_values, centre};
}

GraphView GraphSet::operator[](std::int64_t index) const {
  if (index < 0 || index >= size())
    fail(ErrorKind::internal, "graphs", "graph ", index, " of ", size(), " was asked for");
  const auto i = static_cast<std::size_t>(index);
  const auto node_columns = static_cast<std::int32_t>(schema_.node.size());
  const auto edge_columns = static_cast<std::int32_t>(schema_.edge.size());
  return {node_columns,
          edge_columns,
          part(node_codes_, node_ptr_[i], node_ptr_[i + 1], node_columns),
          part(begin_, edge_ptr_[i], edge_ptr_[i + 1]),
          part(end_, edge_ptr_[i], edge_ptr_[i + 1]),
          part(edge_codes_, edge_ptr_[i], edge_ptr_[i + 1], edge_columns),
          part(edge_values_, edge_ptr_[i], edge_ptr_[i + 1],
               static_cast<std::int64_t>(schema_.edge_values.size())),
          centre_[i]};
}

bool GraphSet::has_centres() const {
  return std::any_of(centre_.begin(), centre_.end(), [](std::int32_t node) { return node >= 0; });
}

void GraphSet::append(const GraphView& graph) {
  if (const std::string broken = broken_promise(graph, schema_); !broken.empty())
    fail(ErrorKind::internal, "graphs", "graph ", size(), " cannot be appended: ", broken);
  node_codes_.insert(node_codes_.end(), graph.node_codes.begin(), graph.node_codes.end());
  begin_.insert(begin_.end(), graph.begin.begin(), graph.begin.end());
  end_.insert(end_.end(), graph.end.begin(), graph.end.end());
  edge_codes_.insert(edge_codes_.end(), graph.edge_codes.begin(), graph.edge_codes.end());
  edge_values_.insert(edge_values_.end(), graph.edge_values.begin(), graph.edge_values.end());
  centre_.push_back(graph.centre);
  node_ptr_.push_back(node_ptr_.back() + graph.node_count());
  edge_ptr_.push_back(edge_ptr_.back() + graph.edge_count());
}

void GraphSet::clear() {
  node_ptr_.assign(1, 0);
  edge_ptr_.assign(1, 0);
  node_codes_.clear();
  begin_.clear();
  end_.clear();
  edge_codes_.clear();
  edge_values_.clear();
  centre_.clear();
}

GraphSet GraphSet::from_arrays(FeatureSchema schema, std::vector<std::int64_t> node_ptr,
                               std::vector<std::int64_t> edge_ptr,
                               std::vector<std::uint16_t> node_codes,
                               std::vector<std::int32_t> begin, std::vector<std::int32_t> end,
                               std::vector<std::uint16_t> edge_codes,
                               std::vector<float> edge_values, std::vector<std::int32_t> centre) {
  if (schema.node.empty())
    fail(ErrorKind::input, "graphs", "the feature schema has no node column");
  if (node_ptr.size() != edge_ptr.size())
    fail(ErrorKind::input, "graphs", "node offsets are of ", node_ptr.size(),
         " entries, edge offsets of ", edge_ptr.size());
  const auto node_columns = static_cast<std::int64_t>(schema.node.size());
  const auto edges = static_cast<std::int64_t>(begin.size());
  const std::int64_t nodes = static_cast<std::int64_t>(node_codes.size()) / node_columns;
  check_size("node codes", node_codes.size(), nodes * node_columns);
  check_size("edge ends", end.size(), edges);
  check_size("edge codes", edge_codes.size(),
             edges * static_cast<std::int64_t>(schema.edge.size()));
  check_size("edge values", edge_values.size(),
             edges * static_cast<std::int64_t>(schema.edge_values.size()));
  if (centre.empty() && !node_ptr.empty()) centre.assign(node_ptr.size() - 1, -1);
  check_offsets("nodes", node_ptr, nodes);
  check_size("centres", centre.size(), static_cast<std::int64_t>(node_ptr.size()) - 1);
  check_offsets("edges", edge_ptr, edges);

  GraphSet set(std::move(schema));
  set.node_ptr_ = std::move(node_ptr);
  set.edge_ptr_ = std::move(edge_ptr);
  set.node_codes_ = std::move(node_codes);
  set.begin_ = std::move(begin);
  set.end_ = std::move(end);
  set.edge_codes_ = std::move(edge_codes);
  set.edge_values_ = std::move(edge_values);
  set.centre_ = std::move(centre);
  for (std::int64_t g = 0; g < set.size(); ++g)
    if (const std::string broken = broken_promise(set[g], set.schema_); !broken.empty())
      fail(ErrorKind::input, "graphs", "graph ", g, ": ", broken);
  return set;
}

}  // namespace aufbau::graphs
