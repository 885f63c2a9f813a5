#pragma once
#include <cstdint>
#include <optional>

#include "graphs/graphon/alignment.h"
#include "graphs/graphon/graphon.h"

namespace aufbau::graphs {

struct SasOptions {
  /// How strongly the histogram is smoothed by total variation. Without a value: h, as the
  /// published program of W2PGNN does, which flattens sparse graphons to nearly a constant; 0: not
  /// at all.
  std::optional<double> tv_weight;
};

/// Sort and smooth (Chan and Airoldi 2014, "A Consistent Histogram Estimator for Exchangeable Graph
/// Models"): the means [k, k] of the aligned and padded adjacency matrix, averaged over the graphs,
/// over blocks of h x h nodes (BlockSizes), then smoothed. The last N mod h nodes of graphs
/// that large are left out. Counts are integers: any order of graphs gives the same bits. Holds k^2
/// numbers, so Error{usage} for k above kMostDenseNodes.
Graphon sort_and_smooth(const GraphSelection& graphs, const SasOptions& options = {});

/// The same before smoothing, [k, k].
Matrix sas_histogram(const GraphSelection& graphs);

struct Denoised {
  Matrix values;
  std::int32_t sweeps = 0;
};
/// min_u |u - f|^2 / 2 + weight TV(u) with the isotropic total variation, by the dual projection of
/// Chambolle (2004), step 1/4. Stops when the energy changes by less than 2e-4 of its first value
/// in a sweep, at most after 200 sweeps. `weight` > 0, else Error{usage}.
Denoised denoise_total_variation(const Matrix& f, double weight);

}  // namespace aufbau::graphs
