#pragma once
#include <span>

#include "graphs/batch.h"

namespace aufbau::graphs {

/// Which nodes of a batch may share rows.
struct RowSharing {
  int layers = 0;  ///< rows are shared up to the output of this layer; after it every node has one
  bool by_degree = false;  ///< a layer reads how many neighbours a neighbour has
};

/// A batch of the same graphs in which nodes share a row at level l when their neighbourhoods of l
/// hops are alike: the same codes, and, by colour refinement, the same multiset of neighbours over
/// the same edge codes. A layer computes the same for them, so what it computes for the distinct
/// rows is all there is; multiplicities say how often each counts, and the gradient of a shared row
/// is the sum over its nodes. Equal to make_batch() but for the order of sums: the neighbours of a
/// row come in the order of their colours.
GraphBatch make_compact_batch(std::span<const GraphView> graphs, const FeatureSchema& schema,
                              int layers, const RowSharing& sharing);

}  // namespace aufbau::graphs
