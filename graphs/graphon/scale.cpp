#include "graphs/graphon/scale.h"

#include <cmath>
#include <vector>

#include "graphs/topology/neighbours.h"

namespace aufbau::graphs {

namespace {

void mean_and_std(const std::vector<double>& values, double& mean, double& deviation) {
  const auto count = static_cast<double>(values.size());
  double sum = 0, squares = 0;
  for (const double value : values) sum += value;
  mean = sum / count;
  for (const double value : values) squares += (value - mean) * (value - mean);
  deviation = std::sqrt(squares / count);
}

}  // namespace

GraphScale graph_scale(const GraphSelection& graphs) {
  GraphScale scale;
  if (graphs.size() == 0) return scale;
  std::vector<double> nodes, degrees;
  Neighbours neighbours;
  for (std::int64_t g = 0; g < graphs.size(); ++g) {
    neighbours.assign(graphs[g]);
    const double count = neighbours.node_count();
    nodes.push_back(count);
    degrees.push_back(count > 0 ? 2.0 * static_cast<double>(neighbours.edge_count()) / count : 0);
  }
  mean_and_std(nodes, scale.mean_nodes, scale.std_nodes);
  mean_and_std(degrees, scale.mean_degree, scale.std_degree);
  return scale;
}

}  // namespace aufbau::graphs
