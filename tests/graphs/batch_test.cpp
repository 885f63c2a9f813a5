#include "graphs/batch.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "testing/reference_batch.h"
#include "testing/small_graphs.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;  // hand-made graphs

std::vector<std::int32_t> ints(const Tensor& tensor) {
  const auto values = tensor.values<std::int32_t>();
  return {values.begin(), values.end()};
}

/// The map as make_row_map would have built it from its offsets, sources and codes: what every op
/// relies on.
void expect_consistent(const RowMap& map) {
  const RowMap plain = make_row_map(
      map.sources, map.offset.values<std::int32_t>(), map.source.values<std::int32_t>(),
      map.code ? map.code.values<std::int32_t>() : std::span<const std::int32_t>(), map.code_count);
  EXPECT_EQ(map.rows, plain.rows);
  EXPECT_EQ(map.entries, plain.entries);
  EXPECT_EQ(ints(map.reverse_offset), ints(plain.reverse_offset));
  EXPECT_EQ(ints(map.reverse_row), ints(plain.reverse_row));
  EXPECT_EQ(ints(map.reverse_entry), ints(plain.reverse_entry));
}

TEST(Batch, NumbersNodesInTheOrderOfTheGraphs) {
  const std::vector<Graph> graphs = {path_graph(3), graph_of(0, {}), graph_of(1, {}),
                                     ring_graph(3)};
  const GraphBatch batch = make_batch(views_of(graphs), reference_schema(), 2);
  EXPECT_EQ(batch.graph_count, 4);
  EXPECT_EQ(batch.node_count, 7);
  EXPECT_EQ(batch.node_offset, (std::vector<std::int64_t>{0, 3, 3, 4, 7}));
  EXPECT_EQ(batch.node_codes.shape(), (Shape{7, 2}));
  EXPECT_EQ(ints(batch.graph_rows.offset), (std::vector<std::int32_t>{0, 3, 3, 4, 7}));
  EXPECT_EQ(ints(batch.graph_rows.source), (std::vector<std::int32_t>{0, 1, 2, 3, 4, 5, 6}));
  expect_consistent(batch.graph_rows);
  EXPECT_TRUE(batch.node_rows.identity);
  ASSERT_EQ(batch.level_rows.size(), 3u);
  for (const RowMap& map : batch.level_rows) EXPECT_TRUE(map.identity);
}

TEST(Batch, ReadsItselfFirstThenNeighboursInEdgeOrder) {
  Graph graph = graph_of(4, {{2, 1}, {0, 1}, {1, 3}});
  graph.edge_codes = {1, 0, 3, 0, 0, 2};  // double, aromatic, single pointing down
  const std::vector<Graph> graphs = {path_graph(2), graph};
  const GraphBatch batch = make_batch(views_of(graphs), reference_schema(), 1);
  const RowMap& map = batch.blocks[0].edges;
  EXPECT_EQ(ints(map.offset), (std::vector<std::int32_t>{0, 2, 4, 6, 10, 12, 14}));
  EXPECT_EQ(ints(map.source),
            (std::vector<std::int32_t>{0, 1, 1, 0, 2, 3, 3, 4, 2, 5, 4, 3, 5, 3}));
  EXPECT_EQ(ints(map.code),
            (std::vector<std::int32_t>{12, 0, 12, 0, 12, 9, 12, 3, 9, 2, 12, 3, 12, 2}));
  EXPECT_EQ(map.code_count, 18);
  EXPECT_FALSE(batch.blocks[0].multiplicity);
}

TEST(Batch, BuildsTheTransposeThatOpsRelyOn) {
  std::vector<Graph> graphs;
  for (std::uint32_t g = 0; g < 20; ++g)
    graphs.push_back(random_graph(6 + static_cast<std::int32_t>(g), g));
  const GraphBatch batch = make_batch(views_of(graphs), reference_schema(), 1);
  expect_consistent(batch.blocks[0].edges);
  expect_consistent(batch.graph_rows);
}

TEST(Batch, SharesOneRowMapBetweenItsLayers) {
  const std::vector<Graph> graphs = {ring_graph(5)};
  const GraphBatch batch = make_batch(views_of(graphs), reference_schema(), 3);
  ASSERT_EQ(batch.blocks.size(), 3u);
  EXPECT_TRUE(batch.blocks[0].edges.source.is(batch.blocks[2].edges.source));
  const GraphBatch moved = batch.to(Device{});
  EXPECT_TRUE(moved.blocks[0].edges.source.is(moved.blocks[2].edges.source));
  EXPECT_EQ(moved.node_offset, batch.node_offset);
  EXPECT_EQ(moved.graph_count, batch.graph_count);
}

TEST(Batch, OfSingleNodesHasOnlySelfLoops) {
  const std::vector<Graph> graphs(3, graph_of(1, {}));
  const GraphBatch batch = make_batch(views_of(graphs), reference_schema(), 1);
  EXPECT_EQ(ints(batch.blocks[0].edges.source), (std::vector<std::int32_t>{0, 1, 2}));
  EXPECT_EQ(ints(batch.blocks[0].edges.code), (std::vector<std::int32_t>{12, 12, 12}));
  expect_consistent(batch.blocks[0].edges);
}

TEST(Batch, OfNoGraphsAndOfEmptyGraphsIsLegal) {
  const GraphBatch none = make_batch({}, reference_schema(), 2);
  EXPECT_EQ(none.graph_count, 0);
  EXPECT_EQ(none.blocks[1].edges.rows, 0);
  expect_consistent(none.blocks[1].edges);
  const std::vector<Graph> empty(2, graph_of(0, {}));
  const GraphBatch batch = make_batch(views_of(empty), reference_schema(), 2);
  EXPECT_EQ(batch.graph_count, 2);
  EXPECT_EQ(batch.node_codes.shape(), (Shape{0, 2}));
  EXPECT_EQ(ints(batch.graph_rows.offset), (std::vector<std::int32_t>{0, 0, 0}));
}

TEST(Batch, WithoutEdgeColumnsHasOneCode) {
  const FeatureSchema schema{"plain", 1, {{"degree", 10, {}}}, {}};
  Graph graph;
  graph.node_columns = 1;
  graph.node_codes = {1, 1};
  graph.begin = {0};
  graph.end = {1};
  const GraphView view = graph.view();
  const GraphBatch batch = make_batch({&view, 1}, schema, 1);
  EXPECT_EQ(batch.blocks[0].edges.code_count, 1);
  EXPECT_EQ(ints(batch.blocks[0].edges.code), (std::vector<std::int32_t>{0, 0, 0, 0}));
}

TEST(Batch, NumbersDifferentRealValuedEdgesOnce) {
  const std::vector<Graph> graphs = {weighted_ring(4, 2), weighted_ring(3, 3)};
  const GraphBatch batch = make_batch(views_of(graphs), weighted_schema(), 2);
  // Self loop, then {0, 0.5}, {1, 0.5}, {2, 0.5}, each with the flags of an ordinary edge.
  EXPECT_EQ(batch.edge_values.to_doubles(),
            (std::vector<double>{0, 0, 1, 0, 0, 0.5, 0, 0, 1, 0.5, 0, 0, 2, 0.5, 0, 0}));
  const RowMap& edges = batch.blocks[0].edges;
  EXPECT_EQ(edges.code_count, 4);
  // Node 0 of the second ring: itself, then edge 0 to node 1 and edge 2 to node 2.
  const std::int32_t first = ints(edges.offset)[4];
  EXPECT_EQ(ints(edges.code)[static_cast<std::size_t>(first)], 0);
  EXPECT_EQ(ints(edges.code)[static_cast<std::size_t>(first) + 1], 1);
  EXPECT_EQ(ints(edges.code)[static_cast<std::size_t>(first) + 2], 3);
  expect_consistent(edges);
}

TEST(Batch, ReadsCentresWhereEveryGraphHasOne) {
  std::vector<Graph> graphs = {weighted_ring(4, 2), weighted_ring(3, 3)};
  EXPECT_EQ(ints(make_batch(views_of(graphs), weighted_schema(), 1).centre_rows.source),
            (std::vector<std::int32_t>{3, 6}));
  graphs[1].centre = -1;
  EXPECT_EQ(make_batch(views_of(graphs), weighted_schema(), 1).centre_rows.rows, 0);
}

TEST(Batch, RefusesABrokenGraphByItsPlace) {
  const std::vector<Graph> graphs = {path_graph(2), graph_of(2, {{0, 2}})};
  try {
    make_batch(views_of(graphs), reference_schema(), 1);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "[make_batch] graph 1 of the batch: edge 0 joins nodes 0 and 2 of 2");
  }
}

}  // namespace
}  // namespace aufbau::graphs
