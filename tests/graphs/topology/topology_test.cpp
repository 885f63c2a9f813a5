#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/parallel.h"
#include "core/random.h"
#include "graphs/topology/topology_statistics.h"
#include "graphs/topology/z_score.h"
#include "testing/errors.h"
#include "testing/reference_batch.h"
#include "testing/small_graphs.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;  // hand-made graphs

/// The graph with its nodes renumbered and its edges in another order.
Graph renumbered(const Graph& graph, std::uint32_t number) {
  std::vector<std::int32_t> to(static_cast<std::size_t>(graph.view().node_count()));
  std::iota(to.begin(), to.end(), 0);
  Random random({.item = number});
  for (std::size_t i = to.size(); i > 1; --i) std::swap(to[i - 1], to[random.below(i)]);
  Graph result = graph;
  for (std::size_t e = 0; e < graph.begin.size(); ++e) {
    const std::size_t from = graph.begin.size() - 1 - e;
    result.begin[e] = to[static_cast<std::size_t>(graph.begin[from])];
    result.end[e] = to[static_cast<std::size_t>(graph.end[from])];
  }
  return result;
}

TEST(Neighbours, AreAscendingAndCountARepeatedEdgeOnce) {
  Neighbours neighbours;
  neighbours.assign(graph_of(4, {{2, 1}, {0, 2}, {1, 2}, {2, 3}}).view());
  EXPECT_EQ(neighbours.edge_count(), 3);
  const auto of_2 = neighbours.of(2);
  EXPECT_EQ(std::vector<std::int32_t>(of_2.begin(), of_2.end()),
            (std::vector<std::int32_t>{0, 1, 3}));
  EXPECT_EQ(neighbours.degree(1), 1);
  neighbours.assign(graph_of(0, {}).view());
  EXPECT_EQ(neighbours.node_count(), 0);
  EXPECT_EQ(neighbours.edge_count(), 0);
}

TEST(GraphSelection, NamesAnIndexThatIsNotInTheSet) {
  GraphSet set(reference_schema());
  set.append(path_graph(2).view());
  const std::vector<std::int64_t> good = {0, 0}, bad = {0, 1};
  EXPECT_EQ(GraphSelection(set, good).size(), 2);
  const Error error = error_of([&] { GraphSelection(set, bad); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "entry 1 asks for graph 1 of a set of 1")) << error.what();
}

TEST(TopologyOfGraph, CountsWhatCanBeCountedByHand) {
  TopologyOfGraph topology;
  const TopologyStatistics path = topology.of(path_graph(3).view());
  EXPECT_DOUBLE_EQ(path[0], 4.0 / 3);
  EXPECT_DOUBLE_EQ(path[1], std::sqrt(2.0) / 3);
  EXPECT_DOUBLE_EQ(path[2], 2.0 / 3);
  EXPECT_DOUBLE_EQ(path[3], (2.0 / 3 + 1 + 2.0 / 3) / 3);
  EXPECT_DOUBLE_EQ(path[4], -1);
  EXPECT_EQ(path[6], 0);
  // A triangle with a tail: one of five pairs of meeting edges is closed three times.
  const TopologyStatistics tail = topology.of(graph_of(4, {{0, 1}, {1, 2}, {2, 0}, {2, 3}}).view());
  EXPECT_DOUBLE_EQ(tail[6], 3.0 / 5);
  EXPECT_DOUBLE_EQ(tail[7], (1 + 1 + 1.0 / 3) / 4);
}

TEST(TopologyOfGraph, OfNothingAndOfNoEdgesIsZeroWithoutACorrelation) {
  TopologyOfGraph topology;
  for (const std::int32_t nodes : {0, 1, 3}) {
    const TopologyStatistics statistics = topology.of(graph_of(nodes, {}).view());
    for (std::size_t i = 0; i < statistics.size(); ++i)
      if (i == 4 || i == 5)
        EXPECT_TRUE(std::isnan(statistics[i]));
      else
        EXPECT_EQ(statistics[i], 0) << kTopologyStatistics[i];
  }
  EXPECT_TRUE(std::isnan(topology.of(ring_graph(6).view())[4]));
}

TEST(TopologyOfGraph, HasTheSameBitsForAnyNumbering) {
  TopologyOfGraph topology;
  for (std::uint32_t number = 0; number < 20; ++number) {
    const Graph graph = random_graph(50 + static_cast<std::int32_t>(number), number);
    EXPECT_EQ(topology.of(graph.view()), topology.of(renumbered(graph, number).view()));
  }
}

TEST(Closeness, OfPiecesAndOfMoreThanOneWordOfSources) {
  // A path has a closed form, and 200 nodes need four searches.
  constexpr std::int32_t kNodes = 200;
  Neighbours neighbours;
  neighbours.assign(path_graph(kNodes).view());
  Closeness closeness;
  const std::span<const double> values = closeness.of(neighbours);
  for (std::int32_t v = 0; v < kNodes; ++v) {
    const std::int32_t left = v, right = kNodes - 1 - v;
    const double sum = left * (left + 1) / 2 + right * (right + 1) / 2;
    EXPECT_DOUBLE_EQ(values[static_cast<std::size_t>(v)], (kNodes - 1) / sum);
  }
  // Two pairs: one of three others in reach, at distance 1.
  neighbours.assign(graph_of(4, {{0, 3}, {1, 2}}).view());
  for (const double value : closeness.of(neighbours)) EXPECT_DOUBLE_EQ(value, 1.0 / 3);
}

TEST(TopologyStatistics, OfASetOfLargeAndSmallGraphsDoNotDependOnThreads) {
  GraphSet set(reference_schema());
  for (std::int32_t g = 0; g < 300; ++g)
    set.append(random_graph(g % 90, static_cast<std::uint32_t>(g)).view());
  Matrix first;
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    const Matrix got = topology_features(topology_statistics(set));
    EXPECT_TRUE(got.allFinite());
    if (threads == 1) first = got;
    EXPECT_TRUE(got == first);
  }
}

TEST(TopologyFeatures, OfNoGraphsAndOfOneGraph) {
  GraphSet set(reference_schema());
  EXPECT_EQ(topology_features(topology_statistics(set)).rows(), 0);
  set.append(ring_graph(5).view());
  EXPECT_TRUE(topology_features(topology_statistics(set)).isZero(0));
  EXPECT_EQ(error_of([] { topology_features(Matrix::Zero(2, 7)); }).kind(), ErrorKind::mismatch);
}

TEST(ZScores, LeaveConstantColumnsAtZero) {
  Matrix rows(2, 2);
  rows << 1, 5, 3, 5;
  const ZScores scores = z_scores(rows);
  EXPECT_EQ(scores.values(0, 0), -1);
  EXPECT_EQ(scores.values(1, 0), 1);
  EXPECT_EQ(scores.values(0, 1), 0);
  EXPECT_EQ(scores.deviation[1], 0);
}

}  // namespace
}  // namespace aufbau::graphs
