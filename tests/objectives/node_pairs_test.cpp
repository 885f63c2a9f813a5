#include "objectives/node_pairs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "objectives/toy_data.h"
#include "testing/small_graphs.h"

namespace aufbau::objectives {
namespace {

using testing::graph_of;
using testing::path_graph;
using testing::random_graph;
using testing::ring_graph;

Random draws(std::uint32_t item) { return Random({.seed = 4, .item = item}); }

std::vector<NodePair> drawn(const graphs::Graph& graph, std::int64_t count, std::int64_t tries,
                            PairOrder order, std::uint32_t item) {
  Random random = draws(item);
  return draw_unjoined_pairs(graph.view(), count, tries, order, random);
}

using Pairs = std::set<std::pair<std::int32_t, std::int32_t>>;

// Both directions of every edge.
Pairs joined_pairs(const graphs::Graph& graph) {
  Pairs pairs;
  for (std::size_t e = 0; e < graph.begin.size(); ++e) {
    pairs.emplace(graph.begin[e], graph.end[e]);
    pairs.emplace(graph.end[e], graph.begin[e]);
  }
  return pairs;
}

TEST(UnjoinedPairs, AreNeitherEdgesNorLoopsNorRepeated) {
  for (std::uint32_t item = 0; item < 200; ++item) {
    const graphs::Graph graph = random_graph(8 + static_cast<std::int32_t>(item % 30), item);
    const Pairs joined = joined_pairs(graph);
    const std::int32_t nodes = graph.view().node_count();
    for (const PairOrder order : {PairOrder::ordered, PairOrder::unordered}) {
      Pairs seen;
      for (const auto& [first, second] : drawn(graph, 25, 250, order, item)) {
        EXPECT_NE(first, second);
        EXPECT_GE(std::min(first, second), 0);
        EXPECT_LT(std::max(first, second), nodes);
        EXPECT_FALSE(joined.contains({first, second}));
        EXPECT_TRUE(seen.emplace(first, second).second);
        if (order == PairOrder::unordered) {
          EXPECT_LT(first, second);
        }
      }
    }
  }
}

TEST(UnjoinedPairs, AreAsManyAsAskedForWhereThereAreAndOrderTellsThemApart) {
  // A path of four: 16 - 4 - 6 = 6 ordered pairs are free, 3 unordered ones. 10,000 draws miss one
  // with a probability of 6 (15/16)^10000 < 1e-279.
  const graphs::Graph path = path_graph(4);
  EXPECT_EQ(drawn(path, 2, 10000, PairOrder::ordered, 0).size(), 2u);
  EXPECT_EQ(drawn(path, 9, 10000, PairOrder::ordered, 0).size(), 6u);
  EXPECT_EQ(drawn(path, 9, 10000, PairOrder::unordered, 0).size(), 3u);
}

TEST(UnjoinedPairs, AreNoneWhereThereIsNoneToFind) {
  graphs::Graph nothing;
  nothing.node_columns = nothing.edge_columns = 2;
  for (const graphs::Graph& graph :
       {nothing, graph_of(1, {}), graph_of(2, {{0, 1}}), ring_graph(3)})
    EXPECT_TRUE(drawn(graph, 5, 1000, PairOrder::ordered, 0).empty());
  EXPECT_TRUE(drawn(path_graph(9), 0, 1000, PairOrder::ordered, 0).empty());
  EXPECT_TRUE(drawn(path_graph(9), 5, 0, PairOrder::ordered, 0).empty());
}

TEST(UnjoinedPairs, AreFoundInLargeGraphsWithoutATableOfAllPairs) {
  // A table of the pairs of 100,000 nodes would have 10^10 entries.
  const graphs::Graph path = chain(100000);
  EXPECT_EQ(drawn(path, 1000, 2000, PairOrder::ordered, 0).size(), 1000u);
}

TEST(UnjoinedPairs, AreAllEquallyLikely) {
  // 12,000 times 2 of the 6 free pairs of a path of four: each has mean 4,000 and standard
  // deviation sqrt(12000 (1/3) (2/3)) = 51.6; 6 of those are allowed.
  std::map<std::pair<std::int32_t, std::int32_t>, int> count;
  for (std::uint32_t item = 0; item < 12000; ++item)
    for (const auto& [first, second] : drawn(path_graph(4), 2, 10000, PairOrder::ordered, item))
      ++count[{first, second}];
  EXPECT_EQ(count.size(), 6u);
  for (const auto& [pair, times] : count) EXPECT_NEAR(times, 4000, 310);
}

}  // namespace
}  // namespace aufbau::objectives
