#include "graphs/topology/topology_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "graphs/topology/z_score.h"

namespace aufbau::graphs {

namespace {

/// Sums over degrees leave 64 bits in graphs of a million nodes; whether a denominator is 0 must be
/// exact.
__extension__ typedef __int128 Wide;

/// Integer sums over the nodes (degree d) and edges (degrees j, k at the ends) of one graph.
struct DegreeSums {
  Wide nodes = 0, d = 0, d2 = 0;
  Wide edges = 0, jk = 0, ends = 0, ends2 = 0;  ///< of 1, jk, j + k, j^2 + k^2

  explicit DegreeSums(const Neighbours& neighbours)
      : nodes(neighbours.node_count()), edges(neighbours.edge_count()) {
    for (std::int32_t v = 0; v < neighbours.node_count(); ++v) {
      const Wide j = neighbours.degree(v);
      d += j;
      d2 += j * j;
      // An end of degree j is met j times.
      ends += j * j;
      ends2 += j * j * j;
      for (const std::int32_t w : neighbours.of(v))
        if (v < w) jk += j * neighbours.degree(w);
    }
  }
};

double pearson_of_degrees(const DegreeSums& sums) {
  const Wide above = 4 * sums.edges * sums.jk - sums.ends * sums.ends;
  const Wide below = 2 * sums.edges * sums.ends2 - sums.ends * sums.ends;
  if (below == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(above) / static_cast<double>(below);
}

/// The mean, summed in ascending order; the values are left sorted.
double sorted_mean(std::vector<double>& values) {
  std::sort(values.begin(), values.end());
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// The mean over the nodes of twice their triangles over the ordered pairs of their neighbours.
double mean_clustering_of(const Neighbours& neighbours, std::span<const std::int64_t> triangles,
                          std::vector<double>& values) {
  values.clear();
  for (std::size_t v = 0; v < triangles.size(); ++v) {
    const double degree = neighbours.degree(static_cast<std::int32_t>(v));
    values.push_back(degree > 1 ? 2 * static_cast<double>(triangles[v]) / (degree * (degree - 1))
                                : 0);
  }
  return sorted_mean(values);
}

}  // namespace

TopologyStatistics TopologyOfGraph::of(const GraphView& graph) {
  neighbours_.assign(graph);
  const DegreeSums sums(neighbours_);
  const double r = pearson_of_degrees(sums);
  const auto n = static_cast<double>(sums.nodes);
  if (sums.nodes == 0) return {0, 0, 0, 0, r, r, 0, 0};

  const double mean_degree = static_cast<double>(sums.d) / n;
  const double deviation =
      std::sqrt(static_cast<double>(sums.nodes * sums.d2 - sums.d * sums.d)) / n;
  const double density = sums.nodes > 1 ? static_cast<double>(sums.d) / (n * (n - 1)) : 0;

  const std::span<const double> closeness = closeness_.of(neighbours_);
  values_.assign(closeness.begin(), closeness.end());
  const double mean_closeness = sorted_mean(values_);

  const std::span<const std::int64_t> triangles = triangles_.of(neighbours_);
  std::int64_t closed = 0;
  for (const std::int64_t count : triangles) closed += 2 * count;
  const Wide pairs = sums.d2 - sums.d;
  const double transitivity =
      pairs > 0 ? static_cast<double>(closed) / static_cast<double>(pairs) : 0;
  const double clustering = mean_clustering_of(neighbours_, triangles, values_);
  return {mean_degree, deviation, density, mean_closeness, r, r, transitivity, clustering};
}

double mean_clustering(const Neighbours& neighbours) {
  if (neighbours.node_count() == 0) return 0;
  TriangleCounts triangles;
  std::vector<double> values;
  return mean_clustering_of(neighbours, triangles.of(neighbours), values);
}

Matrix topology_statistics(const GraphSelection& graphs) {
  constexpr std::int64_t kGraphsPerBlock = 64;
  Matrix result(graphs.size(), static_cast<Eigen::Index>(kTopologyStatistics.size()));
  parallel_blocks(graphs.size(), kGraphsPerBlock, [&](std::int64_t begin, std::int64_t end) {
    TopologyOfGraph topology;
    for (std::int64_t g = begin; g < end; ++g) {
      const TopologyStatistics statistics = topology.of(graphs[g]);
      std::copy(statistics.begin(), statistics.end(), result.row(g).data());
    }
  });
  return result;
}

Matrix topology_features(const Matrix& statistics) {
  constexpr std::array<Eigen::Index, 7> kColumns = {0, 1, 2, 3, 4, 6, 7};
  if (statistics.cols() != static_cast<Eigen::Index>(kTopologyStatistics.size()))
    fail(ErrorKind::mismatch, "topology", "expected the ", kTopologyStatistics.size(),
         " statistics of every graph, got ", statistics.cols());
  Matrix kept(statistics.rows(), static_cast<Eigen::Index>(kColumns.size()));
  for (std::size_t c = 0; c < kColumns.size(); ++c)
    kept.col(static_cast<Eigen::Index>(c)) = statistics.col(kColumns[c]);
  kept = kept.array().isNaN().select(0.0, kept);
  return z_scores(kept).values;
}

}  // namespace aufbau::graphs
