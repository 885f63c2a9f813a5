#include "graphs/topology/graph_selection.h"

#include "core/error.h"

namespace aufbau::graphs {

GraphSelection::GraphSelection(const GraphSet& graphs, std::span<const std::int64_t> indices)
    : graphs_(&graphs),
      indices_(indices),
      size_(static_cast<std::int64_t>(indices.size())),
      is_listed_(true) {
  for (std::size_t place = 0; place < indices.size(); ++place)
    if (indices[place] < 0 || indices[place] >= graphs.size())
      fail(ErrorKind::usage, "graph selection", "entry ", place, " asks for graph ", indices[place],
           " of a set of ", graphs.size());
}

}  // namespace aufbau::graphs
