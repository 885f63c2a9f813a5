#include "graphs/graphon/sampling.h"

#include <gtest/gtest.h>

#include <limits>

#include "core/parallel.h"
#include "graphs/graphon/motifs.h"
#include "testing/errors.h"
#include "testing/small_graphs.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;  // hand-made graphs

Graphon two_blocks() {
  Graphon graphon;
  graphon.values.resize(2, 2);
  graphon.values << 0.8, 0.2, 0.2, 0.4;
  graphon.bounds = {0, 0.3, 1};
  return graphon;
}

TEST(SampleGraphs, DependOnSeedAndIndexOnly) {
  const std::vector<std::int32_t> sizes = {30, 0, 1, 40}, longer = {30, 7, 1, 40, 5};
  GraphSet first;
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    const GraphSet set = sample_graphs(two_blocks(), sizes, 9);
    ASSERT_EQ(set.size(), 4);
    if (threads == 1) first = set;
    EXPECT_EQ(set.begin(), first.begin());
    EXPECT_EQ(set.end(), first.end());
  }
  const GraphSet more = sample_graphs(two_blocks(), longer, 9);
  EXPECT_EQ(Graph(more[3]).begin, Graph(first[3]).begin);
  EXPECT_NE(sample_graphs(two_blocks(), sizes, 10).begin(), first.begin());
  EXPECT_EQ(first[1].node_count(), 0);
  EXPECT_EQ(first[2].edge_count(), 0);
}

TEST(SampleGraph, HasTheMotifsOfItsGraphon) {
  const MotifDensities expected = homomorphism_densities(two_blocks());
  MotifDensities sum{};
  constexpr std::uint32_t kDraws = 10;
  for (std::uint32_t d = 0; d < kDraws; ++d) {
    const MotifDensities got =
        count_motifs(sample_graph(two_blocks(), 300, {.seed = d}).view()).injective_densities();
    for (std::size_t m = 0; m < kMotifCount; ++m) sum[m] += got[m] / kDraws;
  }
  // Injective densities are unbiased; ten draws of 300 nodes leave some 3 % of the larger ones.
  for (std::size_t m = 0; m < kMotifCount; ++m)
    EXPECT_NEAR(sum[m], expected[m], 0.05 * expected[m] + 0.002) << motifs()[m].name;
}

TEST(SampleGraph, RefusesDrawsThatDoNotFit) {
  const std::vector<double> x = {0.1, 0.9}, one = {0.5}, none, out = {0.1, 1.5};
  const std::vector<double> nan = {std::numeric_limits<double>::quiet_NaN()};
  EXPECT_TRUE(says(error_of([&] { sample_graph(two_blocks(), x, none); }),
                   "expected 1 draws for the pairs of 2 nodes, got 0"));
  EXPECT_TRUE(says(error_of([&] { sample_graph(two_blocks(), out, one); }), "got 1.5"));
  EXPECT_EQ(error_of([&] { sample_graph(two_blocks(), x, nan); }).kind(), ErrorKind::usage);
  const auto broken = [](double, double) { return std::numeric_limits<double>::quiet_NaN(); };
  EXPECT_EQ(error_of([&] { sample_graph(broken, x, one); }).kind(), ErrorKind::non_finite);
  EXPECT_EQ(error_of([&] { sample_graph(Graphon{}, 3, {}); }).kind(), ErrorKind::mismatch);
  EXPECT_EQ(error_of([&] { sample_graph(two_blocks(), -1, {}); }).kind(), ErrorKind::usage);
}

/// Counts maps one by one.
std::int64_t counted(const Motif& motif, const GraphView& graph, bool injective) {
  const std::int32_t n = graph.node_count();
  std::vector<char> joined(static_cast<std::size_t>(n) * static_cast<std::size_t>(n), 0);
  const auto at = [&](std::int32_t u, std::int32_t v) -> char& {
    return joined[static_cast<std::size_t>(u) * static_cast<std::size_t>(n) +
                  static_cast<std::size_t>(v)];
  };
  for (std::size_t e = 0; e < graph.begin.size(); ++e)
    at(graph.begin[e], graph.end[e]) = at(graph.end[e], graph.begin[e]) = 1;
  std::vector<std::int32_t> map(static_cast<std::size_t>(motif.vertices), 0);
  std::int64_t count = 0;
  while (n > 0) {
    bool good = true;
    for (const auto& [a, b] : motif.edges)
      good &= at(map[static_cast<std::size_t>(a)], map[static_cast<std::size_t>(b)]) != 0;
    for (std::size_t i = 0; injective && i < map.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) good &= map[i] != map[j];
    count += good;
    std::size_t digit = 0;
    while (digit < map.size() && ++map[digit] == n) map[digit++] = 0;
    if (digit == map.size()) break;
  }
  return count;
}

TEST(CountMotifs, AgreesWithCountingEveryMap) {
  const std::vector<Graph> graphs = {graph_of(0, {}),
                                     graph_of(1, {}),
                                     path_graph(5),
                                     ring_graph(4),
                                     graph_of(4, {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}}),
                                     graph_of(3, {{0, 1}, {1, 0}, {1, 2}}),
                                     sample_graph(two_blocks(), 9, {.seed = 4})};
  for (const Graph& graph : graphs) {
    const MotifCounts counts = count_motifs(graph.view());
    for (std::size_t m = 0; m < kMotifCount; ++m) {
      EXPECT_EQ(counts.homomorphisms[m], counted(motifs()[m], graph.view(), false))
          << motifs()[m].name;
      EXPECT_EQ(counts.injective[m], counted(motifs()[m], graph.view(), true)) << motifs()[m].name;
    }
  }
  EXPECT_EQ(count_motifs(graph_of(0, {}).view()).densities(), MotifDensities{});
  EXPECT_EQ(count_motifs(graph_of(1, {}).view()).injective_densities(), MotifDensities{});
}

TEST(CountMotifs, RefusesCountsThatDoNotFit) {
  Edges star;
  for (std::int32_t v = 1; v <= 60000; ++v) star.emplace_back(0, v);
  const Error error = error_of([&] { count_motifs(graph_of(60001, star).view()); });
  EXPECT_EQ(error.kind(), ErrorKind::input);
  EXPECT_TRUE(says(error, "more than 2^63")) << error.what();
}

TEST(HomomorphismDensities, OfAConstantArePowersOfIt) {
  const MotifDensities got = homomorphism_densities({Matrix::Constant(3, 3, 0.5), {}});
  for (std::size_t m = 0; m < kMotifCount; ++m)
    EXPECT_NEAR(got[m], std::pow(0.5, motifs()[m].edges.size()), 1e-15) << motifs()[m].name;
  EXPECT_EQ(error_of([] { homomorphism_densities(Matrix::Ones(2, 2), Vector::Ones(3)); }).kind(),
            ErrorKind::mismatch);
}

}  // namespace
}  // namespace aufbau::graphs
