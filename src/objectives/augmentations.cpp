#include "objectives/augmentations.h"

#include <algorithm>

#include "core/choose.h"
#include "graphs/boost_view.h"
#include "graphs/subgraph.h"
#include "objectives/node_pairs.h"

namespace aufbau::objectives {

namespace {

std::int32_t altered(const AugmentationSettings& settings, std::int32_t count) {
  return static_cast<std::int32_t>(settings.ratio * count);
}

// How many nodes a view has that loses its share of them.
std::int32_t left_over(const AugmentationSettings& settings, std::int32_t node_count) {
  return std::max(node_count - altered(settings, node_count), std::min(node_count, 1));
}

graphs::Graph drop_nodes(const graphs::GraphView& graph, const AugmentationSettings& settings,
                         Random& random) {
  const std::int32_t nodes = graph.node_count();
  return graphs::induced_subgraph(graph, choose(nodes, left_over(settings, nodes), random));
}

// An edge that goes leaves its codes to one that comes: codes that data can hold.
graphs::Graph perturb_edges(const graphs::GraphView& graph, const AugmentationSettings& settings,
                            Random& random) {
  // A graph with room for another edge finds one among so many draws all but surely.
  constexpr std::int64_t kDrawsPerEdge = 100;
  const std::int32_t moved = altered(settings, graph.edge_count());
  const std::vector<std::int32_t> gone = choose(graph.edge_count(), moved, random);
  const std::vector<NodePair> come =
      draw_unjoined_pairs(graph, moved, kDrawsPerEdge * moved, PairOrder::unordered, random);

  graphs::Graph view;
  view.node_columns = graph.node_columns;
  view.edge_columns = graph.edge_columns;
  view.centre = graph.centre;
  view.node_codes.assign(graph.node_codes.begin(), graph.node_codes.end());
  auto next_gone = gone.begin();
  for (std::int32_t e = 0; e < graph.edge_count(); ++e) {
    if (next_gone != gone.end() && *next_gone == e) {
      ++next_gone;
      continue;
    }
    graphs::append_edge(view, graph.begin[static_cast<std::size_t>(e)],
                        graph.end[static_cast<std::size_t>(e)], graph, e);
  }
  for (std::size_t i = 0; i < come.size(); ++i)
    graphs::append_edge(view, come[i].first, come[i].second, graph, gone[i]);
  return view;
}

graphs::Graph mask_attributes(const graphs::GraphView& graph, const AugmentationSettings& settings,
                              Random& random) {
  graphs::Graph view(graph);
  const std::int32_t nodes = graph.node_count();
  for (const std::int32_t node : choose(nodes, altered(settings, nodes), random))
    std::copy(settings.masked_node.begin(), settings.masked_node.end(),
              view.node_codes.begin() + std::int64_t{node} * graph.node_columns);
  return view;
}

// The walk goes on to any node beside those it has been to; a part of the graph that is used up it
// leaves for another.
graphs::Graph walk(const graphs::GraphView& graph, const AugmentationSettings& settings,
                   Random& random) {
  const std::int32_t nodes = graph.node_count();
  const auto wanted = static_cast<std::size_t>(left_over(settings, nodes));
  const graphs::BoostGraph neighbours = graphs::boost_graph(graph);
  std::vector<std::int32_t> walked, beside;
  std::vector<bool> is_known(static_cast<std::size_t>(nodes));  // walked or beside
  const auto meet = [&](std::int32_t node) {
    if (is_known[static_cast<std::size_t>(node)]) return;
    is_known[static_cast<std::size_t>(node)] = true;
    beside.push_back(node);
  };
  while (walked.size() < wanted) {
    if (beside.empty()) {
      std::uint64_t unknown_before =
          random.below(static_cast<std::uint64_t>(nodes) - walked.size());
      std::int32_t start = 0;
      while (is_known[static_cast<std::size_t>(start)] || unknown_before-- > 0) ++start;
      meet(start);
    }
    std::swap(beside[random.below(beside.size())], beside.back());
    const std::int32_t node = beside.back();
    beside.pop_back();
    walked.push_back(node);
    const auto [first, last] = boost::adjacent_vertices(node, neighbours);
    for (auto neighbour = first; neighbour != last; ++neighbour) meet(*neighbour);
  }
  std::sort(walked.begin(), walked.end());
  return graphs::induced_subgraph(graph, walked);
}

graphs::Graph leave_alone(const graphs::GraphView& graph, const AugmentationSettings&, Random&) {
  return graphs::Graph(graph);
}

}  // namespace

const std::vector<AugmentationEntry> kAugmentations = {
    {"node-dropping", "leave out some atoms with their bonds", false, drop_nodes},
    {"edge-perturbation", "move some bonds to pairs of atoms without one", false, perturb_edges},
    {"attribute-masking", "hide what some atoms are", true, mask_attributes},
    {"subgraph", "keep what a random walk comes to", false, walk},
    {"identity", "leave the molecule as it is", false, leave_alone},
};

}  // namespace aufbau::objectives
