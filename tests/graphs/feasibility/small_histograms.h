#pragma once
#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "core/random.h"
#include "graphs/graphon/matrix.h"
#include "testing/reference.h"

namespace aufbau::testing {

/// The relative-rank histogram of one graph (GRAPHON.md section 1, robust) from its adjacency, as a
/// row of R * R numbers: the node at position r of n, by descending degree, covers [r/n, (r+1)/n).
inline Eigen::RowVectorXd rank_histogram(const graphs::Matrix& adjacency, Eigen::Index R) {
  const Eigen::Index n = adjacency.rows();
  const graphs::Vector degrees = adjacency.rowwise().sum();
  std::vector<Eigen::Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](Eigen::Index a, Eigen::Index b) { return degrees[a] > degrees[b]; });
  graphs::Matrix overlap(n, R);
  for (Eigen::Index r = 0; r < n; ++r)
    for (Eigen::Index b = 0; b < R; ++b)
      overlap(r, b) = static_cast<double>(
          std::max<Eigen::Index>(0, std::min((r + 1) * R, (b + 1) * n) - std::max(r * R, b * n)));
  const graphs::Matrix histogram =
      overlap.transpose() * adjacency(order, order) * overlap / static_cast<double>(n * n);
  return Eigen::Map<const Eigen::RowVectorXd>(histogram.data(), histogram.size());
}

/// Histograms of the list of graphs `n`, `edge_ptr`, `edges` in a group of a reference file.
inline graphs::Matrix rank_histograms(const ReferenceFile& file, const std::string& group,
                                      Eigen::Index R) {
  const std::vector<std::int32_t> nodes = file.ints(group + "/n"),
                                  edge_ptr = file.ints(group + "/edge_ptr"),
                                  edges = file.ints(group + "/edges");
  graphs::Matrix rows(static_cast<Eigen::Index>(nodes.size()), R * R);
  for (std::size_t g = 0; g < nodes.size(); ++g) {
    graphs::Matrix adjacency = graphs::Matrix::Zero(nodes[g], nodes[g]);
    for (auto e = static_cast<std::size_t>(edge_ptr[g]);
         e < static_cast<std::size_t>(edge_ptr[g + 1]); ++e) {
      const std::int32_t u = edges[2 * e], v = edges[2 * e + 1];
      adjacency(u, v) = adjacency(v, u) = 1;
    }
    rows.row(static_cast<Eigen::Index>(g)) = rank_histogram(adjacency, R);
  }
  return rows;
}

/// Histograms of `count` graphs of 10 nodes drawn from a graphon of two equal blocks, R = 4.
inline graphs::Matrix random_histograms(Random& random, Eigen::Index count, double within,
                                        double across) {
  constexpr Eigen::Index kNodes = 10, kCells = 4;
  graphs::Matrix rows(count, kCells * kCells);
  for (Eigen::Index g = 0; g < count; ++g) {
    std::vector<bool> block;
    for (Eigen::Index v = 0; v < kNodes; ++v) block.push_back(random.uniform() < 0.5);
    graphs::Matrix adjacency = graphs::Matrix::Zero(kNodes, kNodes);
    for (Eigen::Index u = 0; u < kNodes; ++u)
      for (Eigen::Index v = u + 1; v < kNodes; ++v) {
        const bool same = block[static_cast<std::size_t>(u)] == block[static_cast<std::size_t>(v)];
        if (random.uniform() < (same ? within : across)) adjacency(u, v) = adjacency(v, u) = 1;
      }
    rows.row(g) = rank_histogram(adjacency, kCells);
  }
  return rows;
}

}  // namespace aufbau::testing
