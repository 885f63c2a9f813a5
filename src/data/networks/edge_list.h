#pragma once
#include "data/networks/text_graph.h"

namespace aufbau::data {

/// Lines `node node [value...]`: one undirected graph. A first line that holds no edge (words, or
/// fewer columns than the line after it) is a header. Nodes are numbered by their names, as numbers
/// where all of them are. An edge that comes again, in either direction, and an edge from a node to
/// itself are left out and counted.
void read_edge_list(molecules::TextInput& input, const TextGraphOptions& options,
                    TextGraphCounts& counts, const RefuseLine& refuse, const TakeGraph& take);

/// Names in the order that node numbers follow.
void sort_node_names(std::vector<std::string>& names);

}  // namespace aufbau::data
