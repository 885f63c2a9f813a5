#include "testing/reference_graph_set.h"

namespace aufbau::testing {

graphs::GraphSet reference_graph_set(const ReferenceFile& file, const std::string& group) {
  const std::vector<std::int32_t> nodes = file.ints(group + "/n"),
                                  edge_ptr = file.ints(group + "/edge_ptr"),
                                  edges = file.ints(group + "/edges");
  graphs::GraphSet set(graphs::network_schema());
  for (std::size_t g = 0; g < nodes.size(); ++g) {
    graphs::Graph graph;
    graph.node_columns = 1;
    graph.node_codes.assign(static_cast<std::size_t>(nodes[g]), 0);
    for (std::int32_t e = edge_ptr[g]; e < edge_ptr[g + 1]; ++e) {
      graph.begin.push_back(edges[static_cast<std::size_t>(2 * e)]);
      graph.end.push_back(edges[static_cast<std::size_t>(2 * e + 1)]);
    }
    set.append(graph.view());
  }
  return set;
}

}  // namespace aufbau::testing
