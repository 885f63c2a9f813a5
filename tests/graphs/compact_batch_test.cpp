// Rows of identical neighbourhoods are one row.
#include "graphs/compact_batch.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "testing/reference_batch.h"
#include "testing/small_graphs.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;

std::vector<std::int32_t> ints(const Tensor& tensor) {
  const auto values = tensor.values<std::int32_t>();
  return {values.begin(), values.end()};
}

std::int64_t rows_of(const Block& block) { return block.edges.rows; }

GraphBatch compact(const std::vector<Graph>& graphs, int layers, const RowSharing& sharing) {
  const std::vector<GraphView> views = views_of(graphs);
  return make_compact_batch(views, reference_schema(), layers, sharing);
}

GraphBatch compact(const std::vector<Graph>& graphs, int layers) {
  return compact(graphs, layers, {.layers = layers});
}

TEST(CompactBatch, AllNodesOfRingsAreOneRow) {
  const GraphBatch batch = compact({ring_graph(5), ring_graph(6)}, 3);
  EXPECT_EQ(batch.node_codes.rows(), 1);
  for (const Block& block : batch.blocks) {
    EXPECT_EQ(rows_of(block), 1);
    EXPECT_EQ(block.edges.entries, 3);  // itself and two neighbours
    EXPECT_EQ(block.multiplicity.to_doubles(), std::vector<double>{11});
  }
  EXPECT_EQ(batch.node_count, 11);
  EXPECT_EQ(batch.graph_rows.entries, 11);
  EXPECT_EQ(ints(batch.graph_rows.offset), (std::vector<std::int32_t>{0, 5, 11}));
}

TEST(CompactBatch, APathOfSevenHasItsEndsInCommonLayerByLayer) {
  const GraphBatch batch = compact({path_graph(7)}, 4);
  const std::vector<std::int64_t> expected = {2, 3, 4, 4};  // distance to the nearer end, cut off
  for (std::size_t l = 0; l < expected.size(); ++l)
    EXPECT_EQ(rows_of(batch.blocks[l]), expected[l]);
  const std::vector<std::int32_t> row = ints(batch.node_rows.source);
  for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(row[i], row[6 - i]) << i;
}

/// Rows that are read, with the codes.
using Reads = std::multiset<std::pair<std::int32_t, std::int32_t>>;

/// Nodes of one row, at a level, must be alike: the same codes, and the same multiset of rows one
/// level below over the same edge codes. Nodes of two rows must differ in that.
void expect_exact(const std::vector<Graph>& graphs, int layers) {
  const GraphBatch plain = make_batch(views_of(graphs), reference_schema(), layers);
  const GraphBatch batch = compact(graphs, layers);
  ASSERT_EQ(batch.level_rows.size(), static_cast<std::size_t>(layers) + 1);
  const std::vector<std::int32_t> offset =
      ints(plain.blocks.empty() ? plain.graph_rows.offset : plain.blocks[0].edges.offset);
  const auto nodes = static_cast<std::size_t>(plain.node_count);
  // Row of every node at every level, by following its row of the last level down.
  std::vector<std::vector<std::int32_t>> row(static_cast<std::size_t>(layers) + 1);
  const std::vector<std::int32_t> top = ints(batch.node_rows.source);
  for (std::size_t l = 0; l < row.size(); ++l) {
    const std::vector<std::int32_t> down = ints(batch.level_rows[l].source);
    for (std::size_t v = 0; v < nodes; ++v)
      row[l].push_back(down[static_cast<std::size_t>(top[v])]);
  }
  const std::vector<std::int32_t> source = ints(plain.blocks[0].edges.source),
                                  code = ints(plain.blocks[0].edges.code);
  for (std::size_t l = 1; l < row.size(); ++l) {
    std::map<std::int32_t, Reads> seen;
    std::set<std::pair<std::int32_t, Reads>> distinct;
    for (std::size_t v = 0; v < nodes; ++v) {
      Reads reads;
      for (auto e = static_cast<std::size_t>(offset[v]);
           e < static_cast<std::size_t>(offset[v + 1]); ++e)
        reads.emplace(row[l - 1][static_cast<std::size_t>(source[e])], code[e]);
      const auto [place, is_new] = seen.emplace(row[l][v], reads);
      EXPECT_EQ(place->second, reads) << "level " << l << ", node " << v;
      const std::pair own_and_reads(row[l - 1][v], reads);
      if (!is_new) continue;
      EXPECT_TRUE(distinct.insert(own_and_reads).second) << "two rows of one neighbourhood";
    }
    // What the block says a row reads is what its nodes read.
    const Block& block = batch.blocks[l - 1];
    const std::vector<std::int32_t> block_offset = ints(block.edges.offset),
                                    block_source = ints(block.edges.source),
                                    block_code = ints(block.edges.code);
    double total = 0;
    for (const double count : block.multiplicity.to_doubles()) total += count;
    EXPECT_EQ(total, static_cast<double>(nodes));
    for (const auto& [r, reads] : seen) {
      Reads of_block;
      for (auto e = static_cast<std::size_t>(block_offset[static_cast<std::size_t>(r)]);
           e < static_cast<std::size_t>(block_offset[static_cast<std::size_t>(r) + 1]); ++e)
        of_block.emplace(block_source[e], block_code[e]);
      EXPECT_EQ(of_block, reads) << "level " << l << ", row " << r;
    }
  }
}

TEST(CompactBatch, RowsStandForNodesThatAreAlike) {
  expect_exact({random_graph(12, 1), random_graph(20, 2), random_graph(12, 1)}, 5);
  expect_exact({ring_graph(6), path_graph(6), ring_graph(3)}, 3);
  expect_exact({graph_of(6, {{0, 1}, {2, 3}}), path_graph(1), graph_of(2, {})}, 2);
}

TEST(CompactBatch, TheSameMoleculeAgainCostsNothing) {
  const std::vector<Graph> once = {random_graph(23, 5)};
  const std::vector<Graph> often(40, once[0]);
  const GraphBatch one = compact(once, 5), many = compact(often, 5);
  for (std::size_t l = 0; l < 5; ++l) EXPECT_EQ(rows_of(one.blocks[l]), rows_of(many.blocks[l]));
  EXPECT_EQ(many.node_count, 40 * one.node_count);
}

TEST(CompactBatch, ColoursAreComparedBeyondTheirHashes) {
  // Trees and rings of many shapes: no two different neighbourhoods may ever share a row.
  std::vector<Graph> graphs;
  for (std::uint32_t number = 0; number < 200; ++number)
    graphs.push_back(random_graph(static_cast<std::int32_t>(5 + number % 17), number));
  expect_exact(graphs, 4);
}

TEST(CompactBatch, SharesUpToALayerAndSpreadsThere) {
  const std::vector<Graph> graphs = {ring_graph(6), path_graph(4)};
  const GraphBatch batch = compact(graphs, 3, {.layers = 1});
  EXPECT_LT(rows_of(batch.blocks[0]), 10);
  EXPECT_EQ(batch.blocks[0].spread.rows, 10);
  for (const std::size_t l : {1u, 2u}) {
    EXPECT_EQ(rows_of(batch.blocks[l]), 10);
    EXPECT_EQ(batch.blocks[l].spread.rows, 0);
    EXPECT_EQ(batch.blocks[l].edges.sources, 10);
  }
  EXPECT_TRUE(batch.node_rows.identity);
}

TEST(CompactBatch, TellsDegreesApartWhereALayerReadsThem) {
  const std::vector<Graph> graphs = {path_graph(3)};
  EXPECT_EQ(compact(graphs, 1).node_codes.rows(), 1);
  const GraphBatch by_degree = compact(graphs, 1, {.layers = 1, .by_degree = true});
  EXPECT_EQ(by_degree.node_codes.rows(), 2);
  EXPECT_EQ(ints(by_degree.blocks[0].source_degree), (std::vector<std::int32_t>{2, 3}));
}

TEST(CompactBatch, KeepsCentresAndEmptyGraphs) {
  std::vector<Graph> graphs = {path_graph(3), graph_of(0, {}), ring_graph(3)};
  EXPECT_EQ(compact(graphs, 2).centre_rows.rows, 0);
  EXPECT_EQ(ints(compact(graphs, 2).graph_rows.offset), (std::vector<std::int32_t>{0, 3, 3, 6}));
  graphs = {path_graph(3), ring_graph(3)};
  graphs[0].centre = 1;
  graphs[1].centre = 0;
  const GraphBatch batch = compact(graphs, 2);
  const std::vector<std::int32_t> row = ints(batch.node_rows.source);
  EXPECT_EQ(ints(batch.centre_rows.source), (std::vector<std::int32_t>{row[1], row[3]}));
  EXPECT_EQ(compact({}, 2).node_count, 0);
}

}  // namespace
}  // namespace aufbau::graphs
