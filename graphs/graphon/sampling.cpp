#include "graphs/graphon/sampling.h"

#include <cmath>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"

namespace aufbau::graphs {

namespace {

void check_draws(std::span<const double> x, std::span<const double> u) {
  const std::size_t pairs = x.empty() ? 0 : x.size() * (x.size() - 1) / 2;
  if (u.size() != pairs)
    fail(ErrorKind::usage, "sampling", "expected ", pairs, " draws for the pairs of ", x.size(),
         " nodes, got ", u.size());
  for (const std::span<const double> draws : {x, u})
    for (const double draw : draws)
      if (!(draw >= 0 && draw <= 1))
        fail(ErrorKind::usage, "sampling", "expected draws from 0 to 1, got ", draw);
}

/// Joins i < j where `draw()`, called once per pair in order, is below `chance(i, j)`.
template <class Draw, class Chance>
Graph joined(std::size_t nodes, const Draw& draw, const Chance& chance) {
  Graph graph;
  graph.node_columns = 1;
  graph.node_codes.assign(nodes, 0);
  for (std::size_t i = 0; i < nodes; ++i)
    for (std::size_t j = i + 1; j < nodes; ++j)
      if (draw() < chance(i, j)) {
        graph.begin.push_back(static_cast<std::int32_t>(i));
        graph.end.push_back(static_cast<std::int32_t>(j));
      }
  return graph;
}

/// joined() with the values of a step function at the nodes' blocks.
template <class Draw>
Graph joined(const Graphon& graphon, std::span<const double> x, const Draw& draw) {
  std::vector<Eigen::Index> block;
  for (const double at : x) block.push_back(graphon.block_of(at));
  return joined(x.size(), draw,
                [&](std::size_t i, std::size_t j) { return graphon.values(block[i], block[j]); });
}

}  // namespace

Graph sample_graph(const Graphon& graphon, std::span<const double> x, std::span<const double> u) {
  check_graphon("sampling", graphon);
  check_draws(x, u);
  std::size_t next = 0;
  return joined(graphon, x, [&] { return u[next++]; });
}

Graph sample_graph(const std::function<double(double, double)>& w, std::span<const double> x,
                   std::span<const double> u) {
  check_draws(x, u);
  std::size_t next = 0;
  const auto draw = [&] { return u[next++]; };
  return joined(x.size(), draw, [&](std::size_t i, std::size_t j) {
    const double chance = w(x[i], x[j]);
    if (std::isnan(chance))
      fail(ErrorKind::non_finite, "sampling", "W(", x[i], ", ", x[j], ") is not a number");
    return chance;
  });
}

Graph sample_graph(const Graphon& graphon, std::int32_t nodes, const RandomKey& key) {
  constexpr std::int32_t kMostNodes = 185000;
  check_graphon("sampling", graphon);
  if (nodes < 0 || nodes > kMostNodes)
    fail(ErrorKind::usage, "sampling", "expected 0 to ", kMostNodes, " nodes, got ", nodes);
  Random random(key);
  std::vector<double> x(static_cast<std::size_t>(nodes));
  for (double& at : x) at = random.uniform();
  return joined(graphon, x, [&] { return random.uniform(); });
}

GraphSet sample_graphs(const Graphon& graphon, std::span<const std::int32_t> sizes,
                       std::uint64_t seed) {
  std::vector<Graph> graphs(sizes.size());
  parallel_blocks(static_cast<std::int64_t>(sizes.size()), 1, [&](std::int64_t g, std::int64_t) {
    const RandomKey key{
        .seed = seed, .purpose = Purpose::graphon_sample, .item = static_cast<std::uint32_t>(g)};
    const auto i = static_cast<std::size_t>(g);
    graphs[i] = sample_graph(graphon, sizes[i], key);
  });
  GraphSet set(network_schema());
  for (const Graph& graph : graphs) set.append(graph.view());
  return set;
}

}  // namespace aufbau::graphs
