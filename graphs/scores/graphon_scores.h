#pragma once
#include <cstdint>

#include "graphs/topology/graph_selection.h"

namespace aufbau::graphs {

struct GraphonScoreOptions {
  std::int32_t resolution = 16;  ///< cells a side
  std::int32_t clusters = 5;     ///< of the source, by topology
  std::uint64_t seed = 0;        ///< of the clusters
};

/// The squared distance per cell between the mean relative-rank histograms of two sets, without
/// the upward bias of sampling (estimate.h): about 0, or below, for sets of the same kind.
/// Error{nothing_valid} for an empty set, Error{usage} for a set of one graph.
double graphon_shift(const GraphSelection& source, const GraphSelection& target,
                     const GraphonScoreOptions& options = {});

/// The same to the mixture nearest to the target of clusters of the source by topology: the
/// feasibility of Cao et al. (2023) with the basis `topo`, topology_clusters(). Errors as above,
/// and Error{usage} for fewer graphs than clusters.
double graphon_mixture_shift(const GraphSelection& source, const GraphSelection& target,
                             const GraphonScoreOptions& options = {});

}  // namespace aufbau::graphs
