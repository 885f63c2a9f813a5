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

/// A schema with one node column of `node_codes` codes and real-valued edges.
graphs::FeatureSchema weighted_schema(std::int32_t node_codes = 2);
/// A ring under it with a centre, as ego networks have: node codes 0, edge e has the values {e %
/// kinds, 0.5}, the centre is the last node.
graphs::Graph weighted_ring(std::int32_t nodes, std::int32_t kinds);

/// A connected graph as molecules have them: a random tree of small degree with a few rings, and
/// varied codes.
graphs::Graph random_graph(std::int32_t nodes, std::uint32_t number);

}  // namespace aufbau::testing
