#include "graphs/statistics.h"

#include <gtest/gtest.h>

#include "core/parallel.h"
#include "testing/reference_batch.h"
#include "testing/small_graphs.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;  // hand-made graphs

TEST(ComponentCount, CountsPieces) {
  EXPECT_EQ(component_count(graph_of(0, {}).view()), 0);
  EXPECT_EQ(component_count(graph_of(1, {}).view()), 1);
  EXPECT_EQ(component_count(graph_of(3, {}).view()), 3);
  EXPECT_EQ(component_count(ring_graph(6).view()), 1);
  EXPECT_EQ(component_count(graph_of(5, {{3, 1}, {4, 0}}).view()), 3);
}

TEST(ComponentCount, DoesNotRecurse) { EXPECT_EQ(component_count(path_graph(300000).view()), 1); }

TEST(GraphSummary, CountsSizesPiecesAndRings) {
  GraphSet set(reference_schema());
  set.append(path_graph(4).view());  // no ring
  set.append(
      graph_of(6, {{0, 1}, {1, 2}, {2, 0}, {2, 3}, {3, 0}}).view());  // two rings, three pieces
  const GraphSummary summary = graph_summary(set);
  EXPECT_EQ(summary.graph_count, 2);
  EXPECT_EQ(summary.node_count, 10);
  EXPECT_EQ(summary.edge_count, 8);
  EXPECT_EQ(summary.max_nodes, 6);
  EXPECT_EQ(summary.max_edges, 5);
  EXPECT_EQ(summary.component_count, 4);
  EXPECT_EQ(summary.max_components, 3);
  EXPECT_EQ(summary.ring_count, 2);
  EXPECT_EQ(summary.max_rings, 2);
  EXPECT_DOUBLE_EQ(summary.mean_nodes(), 5);
  EXPECT_DOUBLE_EQ(summary.mean_edges(), 4);
  EXPECT_DOUBLE_EQ(summary.mean_components(), 2);
  EXPECT_DOUBLE_EQ(summary.mean_rings(), 1);
}

TEST(GraphSummary, OfNothingIsZero) {
  const GraphSummary summary = graph_summary(GraphSet(reference_schema()));
  EXPECT_EQ(summary.graph_count, 0);
  EXPECT_EQ(summary.mean_nodes(), 0);
}

TEST(GraphSummary, AddsUpOverManyBlocks) {
  GraphSet set(reference_schema());
  for (int g = 0; g < 5000; ++g) set.append(ring_graph(3 + g % 4).view());
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    const GraphSummary summary = graph_summary(set);
    EXPECT_EQ(summary.graph_count, 5000);
    EXPECT_EQ(summary.ring_count, 5000);
    EXPECT_EQ(summary.node_count, 22500);
    EXPECT_EQ(summary.max_nodes, 6);
  }
}

}  // namespace
}  // namespace aufbau::graphs
