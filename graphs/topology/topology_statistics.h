#pragma once
#include <array>

#include "graphs/graphon/matrix.h"
#include "graphs/topology/closeness.h"
#include "graphs/topology/graph_selection.h"
#include "graphs/topology/orientation.h"

namespace aufbau::graphs {

/// The eight statistics by which W2PGNN (Cao et al. 2023) tells kinds of graphs apart, in the order
/// of its program: the two in the middle are the same number, Newman's r.
constexpr std::array<const char*, 8> kTopologyStatistics = {
    "mean-degree",    "degree-deviation", "density",      "mean-closeness",
    "degree-pearson", "assortativity",    "transitivity", "mean-clustering"};
using TopologyStatistics = std::array<double, kTopologyStatistics.size()>;

/// Computes them for one graph after another. Degrees are counted exactly in integers, and means
/// over nodes are summed in the order of the values, so that the bits do not depend on the
/// numbering of the nodes. Time as Closeness and TriangleCounts, memory linear in nodes and edges.
class TopologyOfGraph {
 public:
  /// mean degree; population standard deviation of the degree; density, 0 of a single node; mean
  /// closeness; r = [4m S_jk - S^2] / [2m S_2 - S^2] over the edges with degrees j, k at their ends
  /// (S_jk = sum jk, S = sum j+k, S_2 = sum j^2+k^2), twice, NaN when the denominator is 0 (no
  /// edges, or all ends of one degree); transitivity, 3 triangles / pairs of edges that meet; mean
  /// clustering. 0 where a mean is over nothing.
  TopologyStatistics of(const GraphView& graph);

 private:
  Neighbours neighbours_;
  Closeness closeness_;
  TriangleCounts triangles_;
  std::vector<double> values_;
};

/// The last of them alone, without the searches that closeness needs.
double mean_clustering(const Neighbours& neighbours);

/// The statistics of every graph, [graphs, 8], with their NaN.
Matrix topology_statistics(const GraphSelection& graphs);

/// What the `topo` split clusters by: the statistics without the repeated one (columns 0 1 2 3 4 6
/// 7), NaN as 0, as z-scores over the graphs. [graphs, 8] -> [graphs, 7]; Error{mismatch} for
/// another width.
Matrix topology_features(const Matrix& statistics);

}  // namespace aufbau::graphs
