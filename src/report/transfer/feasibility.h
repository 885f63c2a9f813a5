#pragma once
#include "aufbau.h"
#include "report/transfer/fitted_basis.h"

namespace aufbau::report {

/// How near the mixtures of a basis come to a target (Cao et al. 2023, feasibility), and how sure
/// that is: the nearest mixture exactly (a simplex problem), the unbiased distance with a bootstrap
/// over graphs, certain bounds of the Gromov-Wasserstein distance at its weights, other distances,
/// and the motifs that mixture and target must share. `target` is of fit_whole(). With another
/// estimator than relative-rank there is the plug-in distance alone.
TransferFit nearest_mixture(const FittedBasis& basis, const FittedBasis& target,
                            const MeasureOptions& options, const GraphonSettings& settings);

/// Could the target have been drawn from this source? A permutation test of the distance of their
/// means. Both are of fit_whole(); the estimator is relative-rank.
TransferTest test_source(const FittedBasis& source, const FittedBasis& target,
                         const MeasureOptions& options, const GraphonSettings& settings);

/// A graphon for a report.
GraphonCells cells_of(const graphs::Matrix& graphon);

}  // namespace aufbau::report
