#include "graphs/graph.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/error.h"
#include "testing/reference_batch.h"
#include "testing/small_graphs.h"

namespace aufbau::graphs {
namespace {

using aufbau::testing::graph_of;
using aufbau::testing::path_graph;
using aufbau::testing::reference_schema;
using aufbau::testing::weighted_ring;
using aufbau::testing::weighted_schema;

TEST(Graph, OwnsACopyOfAView) {
  Graph original = path_graph(3);
  const Graph copy(original.view());
  original.node_codes[0] = 7;
  original.end[0] = 2;
  EXPECT_EQ(copy.node_codes[0], 5);
  EXPECT_EQ(copy.end[0], 1);
  EXPECT_EQ(copy.view().node_count(), 3);
  EXPECT_EQ(copy.view().edge_count(), 2);
}

TEST(Graph, WithoutColumnsHasNoNodes) { EXPECT_EQ(GraphView().node_count(), 0); }

TEST(BrokenPromise, IsEmptyForGoodGraphs) {
  EXPECT_EQ(broken_promise(path_graph(4).view(), reference_schema()), "");
  EXPECT_EQ(broken_promise(graph_of(1, {}).view(), reference_schema()), "");
  EXPECT_EQ(broken_promise(graph_of(0, {}).view(), reference_schema()), "");
}

TEST(BrokenPromise, NamesWhatIsWrong) {
  const auto broken = [](const Graph& graph) {
    return broken_promise(graph.view(), reference_schema());
  };
  EXPECT_EQ(broken(graph_of(2, {{0, 2}})), "edge 0 joins nodes 0 and 2 of 2");
  EXPECT_EQ(broken(graph_of(2, {{0, 1}, {-1, 1}})), "edge 1 joins nodes -1 and 1 of 2");
  EXPECT_EQ(broken(graph_of(2, {{1, 1}})), "edge 0 is a self loop of node 1");
  Graph graph = path_graph(2);
  graph.node_codes[2] = 120;
  EXPECT_EQ(broken(graph), "node 1 has code 120 in column 'element', which has 120 codes");
  graph = path_graph(2);
  graph.edge_codes[1] = 3;
  EXPECT_EQ(broken(graph), "edge 0 has code 3 in column 'direction', which has 3 codes");
  graph = path_graph(2);
  graph.node_codes.pop_back();
  EXPECT_EQ(broken(graph), "its 3 node codes are not whole rows of its columns");
  graph = path_graph(2);
  graph.end.push_back(0);
  EXPECT_EQ(broken(graph), "it has 1 edge begins, 2 ends and 2 edge codes");
  graph = path_graph(2);
  graph.node_columns = 1;
  EXPECT_EQ(broken(graph),
            "it has 1 node and 2 edge feature columns, the schema 'hu2' has 2 and 2");
}

TEST(BrokenPromise, KnowsRealValuedEdgesAndCentres) {
  const FeatureSchema schema = weighted_schema();
  const auto broken = [&](const Graph& graph) { return broken_promise(graph.view(), schema); };
  EXPECT_EQ(broken(weighted_ring(4, 2)), "");
  Graph graph = weighted_ring(4, 2);
  graph.edge_values.pop_back();
  EXPECT_EQ(broken(graph), "it has 7 edge values for 4 edges with 2 each");
  graph = weighted_ring(4, 2);
  graph.edge_values[5] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(broken(graph), "edge 2 has a value that is not a finite number");
  graph = weighted_ring(4, 2);
  graph.centre = 4;
  EXPECT_EQ(broken(graph), "its centre is node 4 of 4");
}

TEST(GraphSet, KeepsValuesAndCentres) {
  GraphSet set(weighted_schema());
  set.append(weighted_ring(3, 3).view());
  Graph second = weighted_ring(4, 2);
  second.centre = -1;
  set.append(second.view());
  EXPECT_TRUE(set.has_centres());
  EXPECT_EQ(set[0].centre, 2);
  EXPECT_EQ(set[1].centre, -1);
  EXPECT_EQ(Graph(set[0]).edge_values, weighted_ring(3, 3).edge_values);
  EXPECT_EQ(Graph(set[1]).edge_values, second.edge_values);
  set.clear();
  EXPECT_FALSE(set.has_centres());
}

TEST(GraphSet, GivesBackWhatWasAppended) {
  GraphSet set(reference_schema());
  const Graph graphs[] = {path_graph(3), graph_of(0, {}), graph_of(1, {}), path_graph(2)};
  for (const Graph& graph : graphs) set.append(graph.view());
  ASSERT_EQ(set.size(), 4);
  EXPECT_EQ(set.node_count(), 6);
  EXPECT_EQ(set.edge_count(), 3);
  for (std::int64_t g = 0; g < 4; ++g) {
    const Graph got(set[g]);
    EXPECT_EQ(got.node_codes, graphs[g].node_codes);
    EXPECT_EQ(got.begin, graphs[g].begin);
    EXPECT_EQ(got.end, graphs[g].end);
    EXPECT_EQ(got.edge_codes, graphs[g].edge_codes);
  }
}

TEST(GraphSet, IsEmptyAfterClear) {
  GraphSet set(reference_schema());
  set.append(path_graph(3).view());
  set.clear();
  EXPECT_EQ(set.size(), 0);
  EXPECT_EQ(set.node_count(), 0);
  set.append(path_graph(2).view());
  EXPECT_EQ(set[0].node_count(), 2);
}

TEST(GraphSet, RefusesBrokenGraphsAndIndices) {
  GraphSet set(reference_schema());
  EXPECT_THROW(set.append(graph_of(2, {{0, 2}}).view()), Error);
  EXPECT_EQ(set.size(), 0);
  EXPECT_THROW(set[0], Error);
  EXPECT_THROW(set[-1], Error);
}

/// Whole arrays of two graphs, a path of 3 and a path of 2, to be damaged one at a time.
struct Arrays {
  std::vector<std::int64_t> node_ptr{0, 3, 5}, edge_ptr{0, 2, 3};
  std::vector<std::uint16_t> node_codes = std::vector<std::uint16_t>(10, 1);
  std::vector<std::int32_t> begin{0, 1, 0}, end{1, 2, 1};
  std::vector<std::uint16_t> edge_codes = std::vector<std::uint16_t>(6, 1);

  GraphSet make() const {
    return GraphSet::from_arrays(reference_schema(), node_ptr, edge_ptr, node_codes, begin, end,
                                 edge_codes);
  }
  std::string message() const {
    try {
      make();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::input);
      return error.what();
    }
    return "no error";
  }
};

TEST(GraphSetFromArrays, TakesGoodArrays) {
  Arrays arrays;
  arrays.node_codes = std::vector<std::uint16_t>(10, 2);
  const GraphSet set = arrays.make();
  ASSERT_EQ(set.size(), 2);
  EXPECT_EQ(set[0].node_count(), 3);
  EXPECT_EQ(set[1].edge_count(), 1);
}

TEST(GraphSetFromArrays, NamesTheFirstBrokenPromise) {
  Arrays arrays;
  arrays.node_codes.assign(10, 1);
  arrays.end[2] = 2;
  EXPECT_EQ(arrays.message(), "[graphs] graph 1: edge 0 joins nodes 0 and 2 of 2");
  arrays = {};
  arrays.node_ptr = {0, 6, 5};
  EXPECT_EQ(arrays.message(), "[graphs] graph 0: nodes offset 6 after 0, of 5 in all");
  arrays = {};
  arrays.node_ptr = {0, 3, 2};
  EXPECT_EQ(arrays.message(), "[graphs] graph 1: nodes offset 2 after 3, of 5 in all");
  arrays = {};
  arrays.node_ptr = {0, 3, 4};
  EXPECT_EQ(arrays.message(), "[graphs] nodes offsets end at 4, but there are 5");
  arrays = {};
  arrays.node_ptr = {1, 3, 5};
  EXPECT_EQ(arrays.message(), "[graphs] nodes offsets do not start with 0");
  arrays = {};
  arrays.edge_ptr = {};
  EXPECT_EQ(arrays.message(), "[graphs] node offsets are of 3 entries, edge offsets of 0");
  arrays = {};
  arrays.edge_ptr = {0, std::numeric_limits<std::int64_t>::min(), 3};
  EXPECT_EQ(arrays.message(),
            "[graphs] graph 0: edges offset -9223372036854775808 after 0, of 3 in all");
  arrays = {};
  arrays.node_codes.push_back(1);
  EXPECT_EQ(arrays.message(), "[graphs] node codes: expected 10 values, got 11");
  arrays = {};
  arrays.edge_codes.pop_back();
  EXPECT_EQ(arrays.message(), "[graphs] edge codes: expected 6 values, got 5");
  arrays = {};
  arrays.end.pop_back();
  EXPECT_EQ(arrays.message(), "[graphs] edge ends: expected 3 values, got 2");
}

TEST(GraphSetFromArrays, TakesNoGraphsAtAll) {
  EXPECT_EQ(GraphSet::from_arrays(reference_schema(), {0}, {0}, {}, {}, {}, {}).size(), 0);
}

}  // namespace
}  // namespace aufbau::graphs
