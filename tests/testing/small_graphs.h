#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "graphs/graph.h"

namespace aufbau::testing {

/// Graphs under reference_schema(), written by hand. Codes: every node carbon, every edge a single
/// bond, unless changed.
using Edges = std::vector<std::pair<std::int32_t, std::int32_t>>;
graphs::Graph graph_of(std::int32_t nodes, const Edges& edges);
graphs::Graph path_graph(std::int32_t nodes);
graphs::Graph ring_graph(std::int32_t nodes);

/// A connected graph as molecules have them: a random tree of small degree with a few rings, and
/// varied codes.
graphs::Graph random_graph(std::int32_t nodes, std::uint32_t number);

}  // namespace aufbau::testing
