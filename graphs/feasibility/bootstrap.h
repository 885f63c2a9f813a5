#pragma once
#include <cstdint>
#include <vector>

#include "graphs/feasibility/estimate.h"

namespace aufbau::graphs {

struct Interval {
  double low = 0, high = 0;
};

/// The fit of a mixture to a target, refitted to sets of graphs drawn from theirs with replacement
/// (Efron 1979).
struct Bootstrap {
  Vector values;  ///< [B], the plug-in distance of each replicate
  Matrix alpha;   ///< [B, k], its weights

  double mean() const;
  double sd() const;  ///< with B - 1; 0 for one replicate
  /// Linear interpolation between the ordered values at share (B - 1); share in [0, 1].
  double quantile(double share) const;
  /// The middle `level` of the plug-in distances. They lie too high: each replicate adds the noise
  /// of resampling to the noise that the distance of the sets themselves already has.
  Interval plug_in_interval(double level = 0.95) const;
  /// The same around the unbiased distance: shifted down by twice what the plug-in distance of
  /// `estimate` has above its unbiased one, once for each of these noises. Where the true distance
  /// is 0 it is too wide rather than too narrow.
  Interval interval(const DistanceEstimate& estimate, double level = 0.95) const;
  /// The same of each weight, [k].
  std::vector<Interval> alpha_intervals(double level = 0.95) const;
};

struct BootstrapOptions {
  std::int64_t replicates = 1000;
  std::uint64_t seed = 0;
};
/// Draws as many batches (graphs, where a set is held whole) from each set as it has, in parallel
/// over replicates. Error{usage} for fewer than 1 replicate or more than 2^31, else as
/// estimate_distance.
Bootstrap bootstrap(const std::vector<HistogramSample>& bases, const HistogramSample& target,
                    const BootstrapOptions& options = {});

/// The same for given draws: counts[s] [B, batches] says how often each batch of set s is in each
/// replicate, the target's last. Error{mismatch} for shapes, Error{usage} for negative counts or a
/// replicate that draws nothing.
Bootstrap bootstrap_of_counts(const std::vector<HistogramSample>& bases,
                              const HistogramSample& target, const std::vector<Matrix>& counts);

}  // namespace aufbau::graphs
