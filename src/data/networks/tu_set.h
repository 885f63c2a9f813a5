#pragma once
#include "data/networks/text_graph.h"

namespace aufbau::data {

/// A set of graphs as the program of GIN (Xu et al. 2019) reads them: first the number of graphs;
/// of each graph a line `nodes label`, then a line `tag degree neighbour...` per node, with node
/// numbers from 0, and after the neighbours perhaps values that are left out. Tags are whole
/// numbers from 0. An edge is there when one of its two nodes names the other. A graph with a line
/// that cannot be used is refused whole.
void read_tu_set(molecules::TextInput& input, const TextGraphOptions& options,
                 TextGraphCounts& counts, const RefuseLine& refuse, const TakeGraph& take);

}  // namespace aufbau::data
