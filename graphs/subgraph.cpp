#include "graphs/subgraph.h"

#include <boost/graph/breadth_first_search.hpp>

#include "core/error.h"
#include "graphs/boost_view.h"

namespace aufbau::graphs {

namespace {

/// The queue of a breadth-first search that ends when the node in front is `limit` hops away: its
/// neighbours need no visit. (Boost's buffer concept.)
class HopLimitedQueue {
 public:
  HopLimitedQueue(const std::vector<std::int32_t>& distance, std::int32_t limit)
      : distance_(distance), limit_(limit) {
    nodes_.reserve(distance.size());
  }
  void push(std::int32_t node) { nodes_.push_back(node); }
  void pop() { ++front_; }
  std::int32_t top() const { return nodes_[front_]; }
  bool empty() const {
    return front_ == nodes_.size() || distance_[static_cast<std::size_t>(top())] >= limit_;
  }

 private:
  const std::vector<std::int32_t>& distance_;
  std::int32_t limit_;
  std::vector<std::int32_t> nodes_;
  std::size_t front_ = 0;
};

/// A node is white until it has a distance; the search needs no colours of its own.
struct ReachedColour {
  using key_type = std::int32_t;
  using value_type = boost::two_bit_color_type;
  using reference = value_type;
  using category = boost::read_write_property_map_tag;
  const std::vector<std::int32_t>* distance;
};
boost::two_bit_color_type get(const ReachedColour& map, std::int32_t node) {
  return (*map.distance)[static_cast<std::size_t>(node)] < 0 ? boost::two_bit_white
                                                             : boost::two_bit_black;
}
void put(const ReachedColour&, std::int32_t, boost::two_bit_color_type) {}

struct DistanceRecorder : boost::default_bfs_visitor {
  explicit DistanceRecorder(std::vector<std::int32_t>& distance) : distance(&distance) {}
  void tree_edge(const BoostGraph::edge_descriptor& edge, const BoostGraph& graph) const {
    (*distance)[static_cast<std::size_t>(target(edge, graph))] =
        (*distance)[static_cast<std::size_t>(source(edge, graph))] + 1;
  }
  std::vector<std::int32_t>* distance;
};

template <class T>
void append_row(std::vector<T>& to, std::span<const T> from, std::int32_t row,
                std::int32_t columns) {
  const auto first = from.begin() + static_cast<std::ptrdiff_t>(row) * columns;
  to.insert(to.end(), first, first + columns);
}

}  // namespace

void append_node(Graph& to, const GraphView& from, std::int32_t node) {
  append_row(to.node_codes, from.node_codes, node, from.node_columns);
}

void append_edge(Graph& to, std::int32_t begin, std::int32_t end, const GraphView& from,
                 std::int32_t edge) {
  to.begin.push_back(begin);
  to.end.push_back(end);
  append_row(to.edge_codes, from.edge_codes, edge, from.edge_columns);
  append_row(to.edge_values, from.edge_values, edge, from.edge_value_columns());
}

std::vector<std::int32_t> hop_distances(const GraphView& graph, std::int32_t root,
                                        std::int32_t limit) {
  if (root < 0 || root >= graph.node_count())
    fail(ErrorKind::internal, "hop_distances", "root ", root, " in a graph of ", graph.node_count(),
         " nodes");
  std::vector<std::int32_t> distance(static_cast<std::size_t>(graph.node_count()), -1);
  distance[static_cast<std::size_t>(root)] = 0;
  HopLimitedQueue queue(distance, limit);
  boost::breadth_first_visit(boost_graph(graph), root, queue, DistanceRecorder(distance),
                             ReachedColour{&distance});
  return distance;
}

Graph induced_subgraph(const GraphView& graph, std::span<const std::int32_t> nodes) {
  Graph part;
  part.node_columns = graph.node_columns;
  part.edge_columns = graph.edge_columns;
  part.node_codes.reserve(nodes.size() * static_cast<std::size_t>(graph.node_columns));
  std::vector<std::int32_t> number(static_cast<std::size_t>(graph.node_count()), -1);
  std::int32_t before = -1, count = 0;
  for (const std::int32_t node : nodes) {
    if (node <= before || node >= graph.node_count())
      fail(ErrorKind::internal, "induced_subgraph", "node ", node, " after ", before,
           " in a graph of ", graph.node_count(), " nodes; expected them ascending");
    before = node;
    number[static_cast<std::size_t>(node)] = count++;
    append_node(part, graph, node);
  }
  if (graph.centre >= 0) part.centre = number[static_cast<std::size_t>(graph.centre)];
  for (std::int32_t e = 0; e < graph.edge_count(); ++e) {
    const std::int32_t begin = number[static_cast<std::size_t>(graph.begin[e])];
    const std::int32_t end = number[static_cast<std::size_t>(graph.end[e])];
    if (begin < 0 || end < 0) continue;
    append_edge(part, begin, end, graph, e);
  }
  return part;
}

ContextPair context_pair(const GraphView& graph, std::int32_t root, std::int32_t k, std::int32_t l1,
                         std::int32_t l2) {
  const std::vector<std::int32_t> distance = hop_distances(graph, root, std::max(k, l2));
  ContextPair pair;
  for (std::int32_t node = 0; node < graph.node_count(); ++node) {
    const std::int32_t d = distance[static_cast<std::size_t>(node)];
    if (d < 0) continue;
    const bool in_substructure = d <= k, in_context = d > l1 && d <= l2;
    if (node == root) pair.root_row = static_cast<std::int32_t>(pair.substructure_nodes.size());
    if (in_substructure && in_context) {
      pair.overlap_nodes.push_back(node);
      pair.overlap_rows.push_back(static_cast<std::int32_t>(pair.context_nodes.size()));
    }
    if (in_substructure) pair.substructure_nodes.push_back(node);
    if (in_context) pair.context_nodes.push_back(node);
  }
  pair.substructure = induced_subgraph(graph, pair.substructure_nodes);
  pair.context = induced_subgraph(graph, pair.context_nodes);
  return pair;
}

}  // namespace aufbau::graphs
