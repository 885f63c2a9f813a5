#pragma once
#include <cstdint>

#include "graphs/graphon/graphon.h"
#include "graphs/topology/graph_selection.h"

namespace aufbau::graphs {

struct BarycentreOptions {
  std::int32_t outer = 20;   ///< barycentres made
  std::int32_t inner = 50;   ///< Sinkhorn sweeps per transport, at most
  double beta = 5e-3;        ///< weight of the entropy
  double fused = 0.1;        ///< gamma of the fused estimators: the share of structure in the cost
  double smoothness = 3e-4;  ///< alpha of the smoothed estimators
  bool exact_smoothing = false;  ///< solve for the smoothed barycentre exactly (see below)
};

/// Which of the four: fgwb adds the cost of weights, sgwb smooths, sfgwb does both.
struct BarycentreKind {
  bool fused = false, smoothed = false;
};

struct Barycentre {
  Graphon graphon;   ///< [k, k], clipped to [0, 1]
  Matrix unclipped;  ///< [k, k]
};

/// Gromov-Wasserstein barycentre of the graphs (Xu et al. 2021, "Learning Graphons via Structured
/// Gromov-Wasserstein Barycenters"): gwb, and its fused, smoothed and both variants. k as
/// BlockSizes.
///
/// Every aligned graph i has weights p_i on its nodes, the graphon weights p_b on its blocks
/// (block_weights). Once:
///   c_i = (p_b - p_i)^2 over all pairs, divided by its maximum
///   T_i = Sinkhorn(exp(-c_i / beta)),  prior_i = T_i + 1e-16
/// and `outer` times:
///   G = mean of T_i A_i T_i^T,  B = G / (p_b p_b^T)
///   cost_i = (B o B) p_b 1^T + 1 (A_i p_i)^T - 2 B T_i A_i
///   cost_i = gamma cost_i + (1 - gamma) c_i, divided by its maximum; gamma is 1 unless fused
///   T_i = Sinkhorn(exp(-cost_i / beta) o prior_i)
/// The last B is the result. Sinkhorn stops when the row scaling moves by 1e-10 (relative).
///
/// Smoothed, with L = alpha D^T D for second differences D and P = diag(p_b): as published,
///   B = L2 G L2^T + P2 G P2^T,  L = U diag(s) U^T with s descending,
///   L2 = U diag(s / (s^2 + p_b^2)) U^T,  P2 = diag(p_b / (s^2 + p_b^2)),
/// which matches s to p_b by index. `exact_smoothing` solves what that stands for:
///   P B P + L B L = G.
///
/// Holds two transports per graph, 16 k bytes per node of the set, and nothing dense in nodes by
/// nodes. Sums are over fixed blocks of graphs: the same bits for any number of threads, not for
/// another order of the graphs, which can change an unfused result on molecules after many
/// repetitions visibly. Error{usage} for options out of range, Error{non_finite} when a transport
/// is lost to underflow, Error{nothing_valid} when no graph has a node.
Barycentre barycentre(const GraphSelection& graphs, const BarycentreOptions& options = {},
                      const BarycentreKind& kind = {});

}  // namespace aufbau::graphs
