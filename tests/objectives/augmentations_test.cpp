#include "objectives/augmentations.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "graphs/statistics.h"
#include "objectives/toy_data.h"
#include "testing/reference_batch.h"
#include "testing/small_graphs.h"

namespace aufbau::objectives {
namespace {

using testing::graph_of;
using testing::path_graph;
using testing::random_graph;
using testing::ring_graph;

// What a masked node shows: codes that no node of the graphs here has.
const std::vector<std::uint16_t> kMask = {119, 2};

graphs::Graph apply(const std::string& name, const graphs::Graph& graph, double ratio,
                    std::uint32_t item) {
  Random random({.seed = 6, .purpose = Purpose::augment, .item = item});
  for (const AugmentationEntry& entry : kAugmentations)
    if (entry.name == name) return entry.apply(graph.view(), {ratio, kMask}, random);
  ADD_FAILURE() << "no augmentation " << name;
  return graph;
}

std::int32_t nodes_of(const graphs::Graph& graph) { return graph.view().node_count(); }

// The graph with the number of each node as its code, so that nodes of views can be told, and
// without edges that are there twice, as random graphs have them.
graphs::Graph numbered(const graphs::Graph& given) {
  graphs::Graph graph = given;
  graph.begin.clear(), graph.end.clear(), graph.edge_codes.clear();
  std::set<std::pair<std::int32_t, std::int32_t>> seen;
  for (std::size_t e = 0; e < given.begin.size(); ++e) {
    if (!seen.emplace(std::minmax(given.begin[e], given.end[e])).second) continue;
    graph.begin.push_back(given.begin[e]), graph.end.push_back(given.end[e]);
    graph.edge_codes.push_back(given.edge_codes[2 * e]);
    graph.edge_codes.push_back(given.edge_codes[2 * e + 1]);
  }
  for (std::size_t i = 0; i < graph.node_codes.size(); i += 2) {
    graph.node_codes[i] = static_cast<std::uint16_t>(i / 2);
    graph.node_codes[i + 1] = 0;
  }
  return graph;
}
std::vector<std::int32_t> numbers_of(const graphs::Graph& view) {
  std::vector<std::int32_t> numbers;
  for (std::size_t i = 0; i < view.node_codes.size(); i += 2) numbers.push_back(view.node_codes[i]);
  return numbers;
}

using Pair = std::pair<std::int32_t, std::int32_t>;
// The edges by the numbers of their nodes, the smaller one first, with their codes.
using Edges = std::map<Pair, std::vector<std::uint16_t>>;
Edges edges_of(const graphs::Graph& view) {
  const auto number = numbers_of(view);
  Edges edges;
  for (std::size_t e = 0; e < view.begin.size(); ++e) {
    Pair ends = {number[static_cast<std::size_t>(view.begin[e])],
                 number[static_cast<std::size_t>(view.end[e])]};
    if (ends.second < ends.first) std::swap(ends.first, ends.second);
    edges[ends] = {view.edge_codes[2 * e], view.edge_codes[2 * e + 1]};
  }
  return edges;
}

bool same(const graphs::Graph& a, const graphs::Graph& b) {
  return a.node_codes == b.node_codes && a.begin == b.begin && a.end == b.end &&
         a.edge_codes == b.edge_codes && a.node_columns == b.node_columns &&
         a.edge_columns == b.edge_columns;
}

// Single atoms, two atoms, disconnected, trees, rings, dense.
std::vector<graphs::Graph> many_graphs() {
  std::vector<graphs::Graph> graphs = {
      graph_of(1, {}),
      graph_of(2, {{0, 1}}),
      graph_of(2, {}),
      graph_of(5, {{0, 1}, {3, 4}}),
      path_graph(3),
      path_graph(10),
      ring_graph(3),
      ring_graph(6),
      graph_of(5,
               {{0, 1}, {0, 2}, {0, 3}, {0, 4}, {1, 2}, {1, 3}, {1, 4}, {2, 3}, {2, 4}, {3, 4}})};
  for (std::uint32_t number = 0; number < 12; ++number)
    graphs.push_back(random_graph(9 + 3 * static_cast<std::int32_t>(number), number));
  for (graphs::Graph& graph : graphs) graph = numbered(graph);
  return graphs;
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class EveryAugmentation : public ::testing::TestWithParam<std::string> {};

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const AugmentationEntry& entry : kAugmentations) all.emplace_back(entry.name);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Table, EveryAugmentation, ::testing::ValuesIn(names()), test_name);

TEST_P(EveryAugmentation, GivesAGraphUnderTheSchemaWithEveryEdgeOnceAndANodeAtLeast) {
  for (const graphs::Graph& graph : many_graphs())
    for (const double ratio : {0.0, 0.2, 0.5, 1.0})
      for (std::uint32_t item = 0; item < 20; ++item) {
        const graphs::Graph view = apply(GetParam(), graph, ratio, item);
        EXPECT_EQ(graphs::broken_promise(view.view(), testing::reference_schema()), "");
        EXPECT_GE(nodes_of(view), 1);
        std::set<Pair> pairs;
        for (std::size_t e = 0; e < view.begin.size(); ++e)
          EXPECT_TRUE(pairs.emplace(std::minmax(view.begin[e], view.end[e])).second);
      }
}

TEST_P(EveryAugmentation, TakesAGraphWithoutNodes) {
  graphs::Graph nothing;
  nothing.node_columns = nothing.edge_columns = 2;
  for (const double ratio : {0.0, 0.2, 1.0})
    EXPECT_TRUE(same(apply(GetParam(), nothing, ratio, 0), nothing));
}

TEST_P(EveryAugmentation, AltersNothingAtRatioZero) {
  for (const graphs::Graph& graph : many_graphs())
    EXPECT_TRUE(same(apply(GetParam(), graph, 0, 1), graph));
}

TEST_P(EveryAugmentation, IsTheSameForTheSameDraws) {
  for (const graphs::Graph& graph : many_graphs())
    EXPECT_TRUE(same(apply(GetParam(), graph, 0.5, 3), apply(GetParam(), graph, 0.5, 3)));
}

/// All but the one that draws nothing.
class EveryDraw : public ::testing::TestWithParam<std::string> {};

std::vector<std::string> names_that_draw() {
  std::vector<std::string> all = names();
  std::erase(all, "identity");
  return all;
}

INSTANTIATE_TEST_SUITE_P(Table, EveryDraw, ::testing::ValuesIn(names_that_draw()), test_name);

TEST_P(EveryDraw, DiffersWithOtherDraws) {
  const graphs::Graph graph = numbered(random_graph(40, 1));
  const graphs::Graph view = apply(GetParam(), graph, 0.5, 1);
  EXPECT_FALSE(same(view, apply(GetParam(), graph, 0.5, 2)));
  EXPECT_FALSE(same(view, graph));
}

// The nodes that are left, with all edges between them.
void expect_induced(const graphs::Graph& view, const graphs::Graph& graph) {
  const auto numbers = numbers_of(view);
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  const std::set<std::int32_t> kept(numbers.begin(), numbers.end());
  EXPECT_EQ(kept.size(), numbers.size());
  Edges expected = edges_of(graph);
  std::erase_if(expected, [&](const auto& edge) {
    return !kept.contains(edge.first.first) || !kept.contains(edge.first.second);
  });
  EXPECT_EQ(edges_of(view), expected);
}

// floor(ratio n) nodes go, but one stays.
const std::vector<std::tuple<std::int32_t, double, std::int32_t>> kNodesLeft = {
    {1, 0.2, 1},  {2, 0.2, 2},   {4, 0.2, 4}, {5, 0.2, 4}, {9, 0.2, 8},
    {10, 0.2, 8}, {24, 0.2, 20}, {7, 0.5, 4}, {7, 1, 1},   {1, 1, 1}};

TEST(NodeDropping, LeavesTheShareOfTheNodesAndTheirEdges) {
  for (const auto& [nodes, ratio, left] : kNodesLeft)
    EXPECT_EQ(nodes_of(apply("node-dropping", path_graph(nodes), ratio, 0)), left) << nodes;
  for (const graphs::Graph& graph : many_graphs())
    for (std::uint32_t item = 0; item < 20; ++item)
      expect_induced(apply("node-dropping", graph, 0.5, item), graph);
}

TEST(NodeDropping, DropsEveryNodeEquallyOften) {
  // 10,000 times 2 of 8 nodes: each stays 7,500 times, standard deviation 43.3; 6 of those.
  std::vector<int> count(8);
  for (std::uint32_t item = 0; item < 10000; ++item)
    for (const std::int32_t node :
         numbers_of(apply("node-dropping", numbered(path_graph(8)), 0.25, item)))
      ++count[static_cast<std::size_t>(node)];
  for (const int times : count) EXPECT_NEAR(times, 7500, 260);
}

TEST(EdgePerturbation, MovesTheShareOfTheEdgesWithTheirCodes) {
  for (std::uint32_t number = 0; number < 20; ++number) {
    const graphs::Graph graph = numbered(random_graph(24, number));
    const graphs::Graph view = apply("edge-perturbation", graph, 0.2, number);
    EXPECT_EQ(view.node_codes, graph.node_codes);
    const Edges before = edges_of(graph), after = edges_of(view);
    std::size_t kept = 0;
    for (const auto& [ends, codes] : before)
      if (const auto found = after.find(ends); found != after.end()) {
        ++kept;
        EXPECT_EQ(found->second, codes);
      }
    EXPECT_EQ(kept, before.size() - static_cast<std::size_t>(0.2 * before.size()));
    EXPECT_EQ(after.size(), before.size());
    std::multiset<std::vector<std::uint16_t>> codes_before, codes_after;
    for (const auto& [ends, codes] : before) codes_before.insert(codes);
    for (const auto& [ends, codes] : after) codes_after.insert(codes);
    EXPECT_EQ(codes_after, codes_before);
  }
}

TEST(EdgePerturbation, AddsNoneWhereEveryPairHasOne) {
  const graphs::Graph view =
      apply("edge-perturbation", graph_of(3, {{0, 1}, {1, 2}, {2, 0}}), 0.4, 0);
  EXPECT_EQ(view.begin.size(), 2u);
}

TEST(AttributeMaskingOfViews, HidesTheShareOfTheNodesAndNothingElse) {
  for (const auto& [nodes, expected] : std::vector<std::pair<std::int32_t, std::int64_t>>{
           {1, 0}, {4, 0}, {5, 1}, {24, 4}, {100, 20}}) {
    const graphs::Graph graph = path_graph(nodes);
    const graphs::Graph view = apply("attribute-masking", graph, 0.2, 5);
    EXPECT_EQ(view.begin, graph.begin);
    EXPECT_EQ(view.end, graph.end);
    EXPECT_EQ(view.edge_codes, graph.edge_codes);
    std::int64_t hidden = 0;
    for (std::size_t i = 0; i < view.node_codes.size(); i += 2) {
      if (view.node_codes[i] == graph.node_codes[i]) continue;
      ++hidden;
      EXPECT_EQ(view.node_codes[i], kMask[0]);
      EXPECT_EQ(view.node_codes[i + 1], kMask[1]);
    }
    EXPECT_EQ(hidden, expected) << nodes;
  }
}

TEST(Subgraph, KeepsWhatTheWalkComesToInOnePiece) {
  for (const auto& [nodes, ratio, left] : kNodesLeft)
    EXPECT_EQ(nodes_of(apply("subgraph", path_graph(nodes), ratio, 0)), left) << nodes;
  for (const graphs::Graph& graph : many_graphs())
    for (std::uint32_t item = 0; item < 20; ++item) {
      const graphs::Graph view = apply("subgraph", graph, 0.5, item);
      expect_induced(view, graph);
      if (graphs::component_count(graph.view()) == 1) {
        EXPECT_EQ(graphs::component_count(view.view()), 1);
      }
    }
}

TEST(Subgraph, GoesOnInAnotherPartOnlyWhenOneIsUsedUp) {
  const graphs::Graph graph = numbered(graph_of(7, {{0, 1}, {1, 2}, {3, 4}, {4, 5}, {5, 6}}));
  std::set<std::vector<std::int32_t>> views;
  for (std::uint32_t item = 0; item < 200; ++item) {
    const auto numbers = numbers_of(apply("subgraph", graph, 0.3, item));  // 5 of 7
    views.insert(numbers);
    const auto in_first =
        std::count_if(numbers.begin(), numbers.end(), [](std::int32_t n) { return n < 3; });
    EXPECT_EQ(numbers.size(), 5u);
    EXPECT_TRUE(in_first == 3 || in_first == 1) << in_first;
  }
  EXPECT_GT(views.size(), 3u);
}

TEST(Subgraph, StartsAtEveryNodeEquallyOften) {
  // One of 4 nodes, 10,000 times: mean 2,500, standard deviation 43.3; 6 of those.
  std::vector<int> count(4);
  for (std::uint32_t item = 0; item < 10000; ++item)
    ++count[static_cast<std::size_t>(
        numbers_of(apply("subgraph", numbered(path_graph(4)), 0.75, item)).front())];
  for (const int times : count) EXPECT_NEAR(times, 2500, 260);
}

}  // namespace
}  // namespace aufbau::objectives
