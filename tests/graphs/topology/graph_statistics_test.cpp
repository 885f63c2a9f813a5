#include "graphs/topology/graph_statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "graphs/topology/spectrum.h"
#include "testing/errors.h"
#include "testing/reference_batch.h"
#include "testing/small_graphs.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;  // hand-made graphs

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const GraphStatistic& one : graph_statistics()) names.emplace_back(one.name);
  return names;
}

/// All statistics of one graph, in the order of the table.
std::vector<double> statistics_of(const Graph& graph) {
  GraphSet set(reference_schema());
  set.append(graph.view());
  const std::vector<std::string> names = all_names();
  const Matrix row = graph_statistics_of(set, names);
  return {row.data(), row.data() + row.size()};
}

TEST(GraphStatistics, OfSmallGraphsCountedByHand) {
  // nodes, edges, components, degree, clustering, core, betweenness, adjacency, Laplacian
  const std::vector<double> path = statistics_of(path_graph(3));
  const std::vector<double> expected = {3, 2, 1, 4.0 / 3, 0, 1, 1.0 / 3, std::numbers::sqrt2, 3};
  ASSERT_EQ(path.size(), expected.size());
  for (std::size_t i = 0; i < path.size(); ++i) EXPECT_NEAR(path[i], expected[i], 1e-12) << i;
  // A triangle, given with one edge twice, and a node of its own.
  const std::vector<double> piece = statistics_of(graph_of(4, {{0, 1}, {1, 2}, {2, 0}, {1, 0}}));
  const std::vector<double> counted = {4, 3, 2, 1.5, 0.75, 2, 0, 2, 3};
  for (std::size_t i = 0; i < piece.size(); ++i) EXPECT_NEAR(piece[i], counted[i], 1e-12) << i;
}

TEST(GraphStatistics, OfGraphsWithoutEdgesAreZero) {
  for (const std::int32_t nodes : {0, 1, 2}) {
    const std::vector<double> got = statistics_of(graph_of(nodes, {}));
    EXPECT_EQ(got[0], nodes);
    EXPECT_EQ(got[2], nodes);
    for (const std::size_t i : {1, 3, 4, 5, 6, 7, 8}) EXPECT_EQ(got[i], 0) << all_names()[i];
  }
}

TEST(GraphStatistics, SuggestsTheNearestName) {
  const GraphSet set(reference_schema());
  const std::vector<std::string> names = {"core-nunber"};
  const Error error = error_of([&] { graph_statistics_of(set, names); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "core-number")) << error.what();
}

TEST(LargestEigenvalue, OfPathsRingsAndStars) {
  Neighbours neighbours;
  for (const std::int32_t n : {2, 3, 10, 40, 500}) {
    const double step = std::numbers::pi / (n + 1);
    neighbours.assign(path_graph(n).view());
    EXPECT_NEAR(largest_eigenvalue(neighbours, GraphMatrix::adjacency), 2 * std::cos(step), 1e-10);
    EXPECT_NEAR(largest_eigenvalue(neighbours, GraphMatrix::laplacian),
                2 - 2 * std::cos(std::numbers::pi * (n - 1) / n), 1e-10);
  }
  neighbours.assign(ring_graph(7).view());
  EXPECT_NEAR(largest_eigenvalue(neighbours, GraphMatrix::adjacency), 2, 1e-11);
  Edges star;
  for (std::int32_t v = 1; v < 101; ++v) star.emplace_back(0, v);
  neighbours.assign(graph_of(101, star).view());
  EXPECT_NEAR(largest_eigenvalue(neighbours, GraphMatrix::adjacency), 10, 1e-10);
  EXPECT_NEAR(largest_eigenvalue(neighbours, GraphMatrix::laplacian), 101, 1e-9);
}

}  // namespace
}  // namespace aufbau::graphs
