#pragma once
#include <cstdint>
#include <vector>

#include "core/random.h"
#include "graphs/graph.h"

namespace aufbau::objectives {

struct AugmentationSettings {
  double ratio = 0.2;  ///< share of the nodes or edges that is altered, in [0, 1], rounded down
  /// Codes of a node whose attributes are masked; for augmentations that mask.
  std::vector<std::uint16_t> masked_node;
};

/// A way to alter a graph without altering what it is about: You et al. 2020, table 1. Under the
/// schema of the graph the view is a graph again, undirected, every edge once; a graph with nodes
/// keeps at least one.
struct AugmentationEntry {
  const char* name;
  const char* summary;
  bool masks;
  graphs::Graph (*apply)(const graphs::GraphView& graph, const AugmentationSettings& settings,
                         Random& random);
};
/// The table of augmentations.
extern const std::vector<AugmentationEntry> kAugmentations;

}  // namespace aufbau::objectives
