#pragma once
#include <span>
#include <string>
#include <vector>

#include "graphs/graphon/matrix.h"
#include "graphs/topology/graph_selection.h"

namespace aufbau::graphs {

/// How one descriptor differs between two sets.
struct ColumnShift {
  double source_mean = 0, target_mean = 0;
  /// Wasserstein-1, in the units of the descriptor.
  double wasserstein = 0;
  /// The same over the population deviation of both sets together; 0 when all values are equal.
  double standardised_wasserstein = 0;
  /// (target mean - source mean) / root of the mean of both population variances; where that is 0,
  /// 0 for equal means and infinite for others.
  double standardised_mean_difference = 0;
};

/// Descriptors or graph statistics, [n, d] and [m, d] -> [d]. Errors as require_rows(), and
/// Error{mismatch} for different widths.
std::vector<ColumnShift> column_shifts(const Matrix& source, const Matrix& target);

/// The mean of their standardised_wasserstein: one number for all descriptors.
double mean_shift(const std::vector<ColumnShift>& shifts);

/// The least work that turns one sample into the other: the area between the two empirical
/// distribution functions. Error{nothing_valid} for an empty sample, Error{non_finite}.
double wasserstein_1d(std::span<const double> source, std::span<const double> target);

/// The Wasserstein-1 distance, 0 to 2, between the eigenvalues of the normalised Laplacians of all
/// graphs of both sides, pooled, so that every node counts the same. Time the cube and memory the
/// square of the nodes of a graph. Error{nothing_valid} when a side has no nodes, Error{usage}
/// for graphs so large that it would take more than minutes.
double laplacian_spectrum_shift(const GraphSelection& source, const GraphSelection& target);

}  // namespace aufbau::graphs
