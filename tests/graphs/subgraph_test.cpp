#include "graphs/subgraph.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/error.h"
#include "testing/small_graphs.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;  // hand-made graphs
using Ids = std::vector<std::int32_t>;

TEST(HopDistances, CountHopsUpToTheLimit) {
  const Graph ring = ring_graph(8);
  EXPECT_EQ(hop_distances(ring.view(), 2, 8), (Ids{2, 1, 0, 1, 2, 3, 4, 3}));
  EXPECT_EQ(hop_distances(ring.view(), 2, 2), (Ids{2, 1, 0, 1, 2, -1, -1, -1}));
  EXPECT_EQ(hop_distances(ring.view(), 2, 0), (Ids{-1, -1, 0, -1, -1, -1, -1, -1}));
}

TEST(HopDistances, DoNotReachOtherComponents) {
  EXPECT_EQ(hop_distances(graph_of(4, {{2, 3}}).view(), 3, 9), (Ids{-1, -1, 1, 0}));
  EXPECT_EQ(hop_distances(graph_of(1, {}).view(), 0, 9), (Ids{0}));
}

TEST(HopDistances, AgreeWithRelaxationOverAllEdges) {
  for (std::uint32_t number = 0; number < 30; ++number) {
    const Graph graph = random_graph(6 + static_cast<std::int32_t>(number), number);
    const std::int32_t nodes = graph.view().node_count(), unreached = nodes;
    const std::int32_t root = static_cast<std::int32_t>(number) % nodes;
    Ids expected(static_cast<std::size_t>(nodes), unreached);
    expected[static_cast<std::size_t>(root)] = 0;
    for (std::int32_t round = 0; round < nodes; ++round)
      for (std::size_t e = 0; e < graph.begin.size(); ++e) {
        std::int32_t& a = expected[static_cast<std::size_t>(graph.begin[e])];
        std::int32_t& b = expected[static_cast<std::size_t>(graph.end[e])];
        a = std::min(a, b + 1);
        b = std::min(b, a + 1);
      }
    for (std::int32_t& d : expected)
      if (d > 4) d = -1;
    EXPECT_EQ(hop_distances(graph.view(), root, 4), expected) << "graph " << number;
  }
}

TEST(HopDistances, RefuseARootThatIsNotThere) {
  EXPECT_THROW(hop_distances(path_graph(3).view(), 3, 1), Error);
  EXPECT_THROW(hop_distances(path_graph(3).view(), -1, 1), Error);
  EXPECT_THROW(hop_distances(graph_of(0, {}).view(), 0, 1), Error);
}

TEST(InducedSubgraph, RenumbersNodesAndKeepsEdgeOrder) {
  Graph graph = graph_of(5, {{4, 0}, {0, 1}, {1, 2}, {2, 4}});
  graph.node_codes = {0, 0, 1, 0, 2, 0, 3, 0, 4, 1};
  graph.edge_codes = {0, 0, 1, 0, 2, 1, 3, 2};
  const Graph part = induced_subgraph(graph.view(), Ids{0, 2, 4});
  EXPECT_EQ(part.node_codes, (std::vector<std::uint16_t>{0, 0, 2, 0, 4, 1}));
  EXPECT_EQ(part.begin, (Ids{2, 1}));
  EXPECT_EQ(part.end, (Ids{0, 2}));
  EXPECT_EQ(part.edge_codes, (std::vector<std::uint16_t>{0, 0, 3, 2}));
}

TEST(InducedSubgraph, OfNothingIsEmptyAndOfAllIsTheGraph) {
  const Graph graph = ring_graph(4);
  EXPECT_EQ(induced_subgraph(graph.view(), {}).view().node_count(), 0);
  const Graph all = induced_subgraph(graph.view(), Ids{0, 1, 2, 3});
  EXPECT_EQ(all.begin, graph.begin);
  EXPECT_EQ(all.node_codes, graph.node_codes);
}

TEST(InducedSubgraph, RefusesNodesOutOfOrderOrRange) {
  const Graph graph = ring_graph(4);
  for (const Ids& nodes : {Ids{1, 0}, Ids{1, 1}, Ids{-1}, Ids{4}})
    EXPECT_THROW(induced_subgraph(graph.view(), nodes), Error);
}

TEST(InducedSubgraph, KeepsValuesAndItsCentre) {
  const Graph ring = weighted_ring(5, 5);
  const std::vector<std::int32_t> with_centre = {0, 3, 4}, without = {0, 1};
  const Graph part = induced_subgraph(ring.view(), with_centre);
  EXPECT_EQ(part.centre, 2);
  EXPECT_EQ(part.edge_values, (std::vector<float>{3, 0.5, 4, 0.5}));
  EXPECT_EQ(induced_subgraph(ring.view(), without).centre, -1);
}

// On a path with its root at the end, distance is the node number.
TEST(ContextPair, TakesTheBallAndTheRingAroundIt) {
  const ContextPair pair = context_pair(path_graph(12).view(), 0, 5, 4, 7);
  EXPECT_EQ(pair.substructure_nodes, (Ids{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(pair.context_nodes, (Ids{5, 6, 7}));
  EXPECT_EQ(pair.overlap_nodes, (Ids{5}));
  EXPECT_EQ(pair.overlap_rows, (Ids{0}));
  EXPECT_EQ(pair.root_row, 0);
  EXPECT_EQ(pair.substructure.view().edge_count(), 5);
  EXPECT_EQ(pair.context.view().edge_count(), 2);
  EXPECT_FALSE(pair.empty());
}

TEST(ContextPair, NumbersRootAndOverlapInTheirSubgraphs) {
  const ContextPair pair = context_pair(path_graph(12).view(), 11, 2, 1, 3);
  EXPECT_EQ(pair.substructure_nodes, (Ids{9, 10, 11}));
  EXPECT_EQ(pair.root_row, 2);
  EXPECT_EQ(pair.context_nodes, (Ids{8, 9}));
  EXPECT_EQ(pair.overlap_rows, (Ids{1}));
}

TEST(ContextPair, IsEmptyWhereTheGraphEndsBeforeTheContext) {
  const ContextPair pair = context_pair(path_graph(5).view(), 0, 5, 4, 7);
  EXPECT_TRUE(pair.empty());
  EXPECT_EQ(pair.substructure_nodes.size(), 5u);
  EXPECT_EQ(pair.context.view().node_count(), 0);
}

TEST(ContextPair, ContextMayBeInPieces) {
  const ContextPair pair = context_pair(path_graph(9).view(), 4, 2, 1, 3);
  EXPECT_EQ(pair.context_nodes, (Ids{1, 2, 6, 7}));
  EXPECT_EQ(pair.context.view().edge_count(), 2);
  EXPECT_EQ(pair.overlap_nodes, (Ids{2, 6}));
  EXPECT_EQ(pair.overlap_rows, (Ids{1, 2}));
}

}  // namespace
}  // namespace aufbau::graphs
