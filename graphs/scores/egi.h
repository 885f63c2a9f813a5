#pragma once
#include <cstdint>

#include "graphs/graphon/matrix.h"
#include "graphs/topology/graph_selection.h"

namespace aufbau::graphs {

/// How much the neighbourhoods of two graphs differ, after the bound of EGI (Zhu et al. 2021): the
/// mean over pairs of ego networks, one of each side, of an eigenvalue of the difference La - Lb of
/// their normalised Laplacians. An ego network is induced by the nodes within `hops` of its centre,
/// nodes by descending degree in it, ties by ascending number; the smaller Laplacian is padded with
/// zeros.
struct Egi {
  double lambda_max = 0;  ///< largest eigenvalue; not symmetric in the two sides, not 0 for equal
                          ///< ones
  double spectral_norm = 0;   ///< largest absolute eigenvalue; symmetric
  std::int64_t left_out = 0;  ///< ego networks of more than `most_nodes` nodes, on both sides
};

struct EgiOptions {
  std::int32_t hops = 2;
  std::int32_t most_nodes = 256;  ///< of an ego network: each pair costs the cube of its larger one
  std::int64_t egos = 128;        ///< drawn per side by egi_of_sets()
  std::uint64_t seed = 0;
};

/// Every pair of nodes [n1, n2].
struct EgiPairs {
  Matrix lambda_max, spectral_norm;
};
/// Equal ego networks are compared once. Error{nothing_valid} for a graph without nodes;
/// Error{usage} for less than 0 hops, or an ego network of more than `most_nodes` nodes, which it
/// names.
EgiPairs egi_pairs(const GraphView& source, const GraphView& target,
                   const EgiOptions& options = {});

/// The means of egi_pairs(), without ego networks that are too large and without holding the pairs.
/// Error{nothing_valid} when a side has none.
Egi egi(const GraphView& source, const GraphView& target, const EgiOptions& options = {});

/// For sets: ego networks around `egos` nodes of each side, drawn evenly from all nodes of all its
/// graphs, all nodes when there are no more. Errors as egi().
Egi egi_of_sets(const GraphSelection& source, const GraphSelection& target,
                const EgiOptions& options = {});

}  // namespace aufbau::graphs
