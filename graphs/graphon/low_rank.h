#pragma once
#include <cstdint>

#include "graphs/graphon/graphon.h"
#include "graphs/topology/graph_selection.h"

namespace aufbau::graphs {

// Estimators that keep the large singular values of M, the mean [N, N] of the aligned and padded
// adjacency matrices. They hold N^2 numbers (N at most kMostDenseNodes, else Error{usage}) and take
// N^3 steps. M is symmetric: its singular values are the absolute eigenvalues.

struct LowRank {
  Graphon graphon;        ///< [N, N], clipped to [0, 1]
  std::int64_t rank = 0;  ///< singular values kept
  /// How far the decision was from another one: from the threshold to the nearest singular value
  /// (USVT), or between the last one kept and the next (completion; infinite when all are kept).
  double margin = 0;
};

struct UsvtOptions {
  double threshold = 0.1;  ///< singular values from threshold * sqrt(N) on are kept; not negative
};
/// Universal singular value thresholding (Chatterjee 2015). Error{usage} for a threshold that is
/// negative or not finite.
LowRank usvt(const GraphSelection& graphs, const UsvtOptions& options = {});

/// Matrix completion (Keshavan, Montanari and Oh 2010, as graphon programs use it): 2 M - 1 at rank
/// floor(N / floor(ln N)), at most N and N for N <= 2, back as (X + 1) / 2.
LowRank matrix_completion(const GraphSelection& graphs);

}  // namespace aufbau::graphs
