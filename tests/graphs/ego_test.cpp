#include "graphs/ego.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "graphs/subgraph.h"
#include "testing/small_graphs.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;  // hand-made graphs

TEST(EgoSampler, CutsTheNeighbourhoodOutOfARing) {
  const Graph ring = weighted_ring(7, 7);
  EgoSampler sampler(ring.view());
  const Graph ego = *sampler.ego(0, 2, 100);
  EXPECT_EQ(ego.view().node_count(), 5);  // 5 6 0 1 2 of the ring, numbered in its order
  EXPECT_EQ(ego.centre, 0);
  EXPECT_EQ(ego.begin, (std::vector<std::int32_t>{0, 1, 3, 4}));
  EXPECT_EQ(ego.end, (std::vector<std::int32_t>{1, 2, 4, 0}));
  EXPECT_EQ(ego.edge_values, (std::vector<float>{0, 0.5, 1, 0.5, 5, 0.5, 6, 0.5}));
}

// By another route: all nodes within a distance, and the subgraph on them.
TEST(EgoSampler, IsTheInducedSubgraphOfTheBall) {
  for (std::uint32_t number = 0; number < 8; ++number) {
    const Graph graph = random_graph(40, number);
    EgoSampler sampler(graph.view());
    for (const std::int32_t hops : {0, 1, 2, 5})
      for (std::int32_t centre = 0; centre < 40; centre += 7) {
        std::vector<std::int32_t> ball;
        const std::vector<std::int32_t> distance = hop_distances(graph.view(), centre, hops);
        for (std::int32_t v = 0; v < 40; ++v)
          if (distance[static_cast<std::size_t>(v)] >= 0) ball.push_back(v);
        const Graph expected = induced_subgraph(graph.view(), ball);
        const Graph ego = *sampler.ego(centre, hops, 40);
        EXPECT_EQ(ego.node_codes, expected.node_codes);
        EXPECT_EQ(ego.begin, expected.begin);
        EXPECT_EQ(ego.end, expected.end);
        EXPECT_EQ(ego.edge_codes, expected.edge_codes);
        EXPECT_EQ(ball[static_cast<std::size_t>(ego.centre)], centre);
      }
  }
}

TEST(EgoSampler, GivesUpAtTheLimitAndGoesOn) {
  const Graph ring = ring_graph(9);
  EgoSampler sampler(ring.view());
  EXPECT_FALSE(sampler.ego(4, 3, 6));
  EXPECT_TRUE(sampler.ego(4, 3, 7));
  EXPECT_EQ(sampler.ego(0, 1, 3)->view().node_count(), 3);
}

TEST(EgoSampler, ANodeAloneIsItsOwnNetwork) {
  const Graph two = graph_of(2, {});
  EgoSampler sampler(two.view());
  EXPECT_EQ(sampler.ego(1, 3, 1)->view().node_count(), 1);
  EXPECT_THROW(sampler.ego(2, 1, 10), Error);
}

}  // namespace
}  // namespace aufbau::graphs
