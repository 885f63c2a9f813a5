#pragma once
#include <string>

#include "graphs/graph.h"
#include "testing/reference.h"

namespace aufbau::testing {

/// The list of graphs `n`, `edge_ptr`, `edges` in a group of a graphon_*.h5 file (GRAPHON.md,
/// conventions), under graphs::network_schema().
graphs::GraphSet reference_graph_set(const ReferenceFile& file, const std::string& group);

}  // namespace aufbau::testing
