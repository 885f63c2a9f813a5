#include "graphs/graphon/low_rank.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "core/error.h"
#include "graphs/graphon/alignment.h"

namespace aufbau::graphs {

namespace {

/// A symmetric matrix by its singular values, descending.
struct Spectrum {
  Vector singular;
  Vector values;   ///< eigenvalues, in the same order
  Matrix vectors;  ///< one per column

  explicit Spectrum(const Matrix& symmetric) {
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(symmetric);
    if (solver.info() != Eigen::Success)
      fail(ErrorKind::non_finite, "graphon", "the eigenvalues of a ", symmetric.rows(), " x ",
           symmetric.cols(), " matrix did not converge");
    const Vector& found = solver.eigenvalues();
    std::vector<Eigen::Index> order(static_cast<std::size_t>(found.size()));
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](Eigen::Index a, Eigen::Index b) {
      return std::abs(found[a]) > std::abs(found[b]);
    });
    values = found(order);
    singular = values.cwiseAbs();
    vectors = solver.eigenvectors()(Eigen::all, order);
  }
  Matrix truncated(Eigen::Index rank) const {
    const auto kept = vectors.leftCols(rank);
    return kept * values.head(rank).asDiagonal() * kept.transpose();
  }
};

Graphon clipped(const Matrix& values) { return {values.cwiseMax(0.0).cwiseMin(1.0), {}}; }

Matrix mean_adjacency(const std::string& where, const GraphSelection& graphs) {
  return padded_count(where, graphs).cast<double>() / static_cast<double>(graphs.size());
}

}  // namespace

LowRank usvt(const GraphSelection& graphs, const UsvtOptions& options) {
  if (!(options.threshold >= 0) || !std::isfinite(options.threshold))
    fail(ErrorKind::usage, "usvt", "expected a threshold of 0 or more, got ", options.threshold);
  const Spectrum spectrum(mean_adjacency("usvt", graphs));
  const double least = options.threshold * std::sqrt(static_cast<double>(spectrum.singular.size()));
  const Eigen::Index rank = (spectrum.singular.array() >= least).count();
  return {clipped(spectrum.truncated(rank)), rank,
          (spectrum.singular.array() - least).abs().minCoeff()};
}

LowRank matrix_completion(const GraphSelection& graphs) {
  const Matrix mean = mean_adjacency("matrix-completion", graphs);
  const Spectrum spectrum((2 * mean.array() - 1).matrix());
  const Eigen::Index nodes = mean.rows();
  const auto log = static_cast<Eigen::Index>(std::floor(std::log(static_cast<double>(nodes))));
  const Eigen::Index rank = log == 0 ? nodes : std::min(nodes, nodes / log);
  const double gap = rank < nodes ? spectrum.singular[rank - 1] - spectrum.singular[rank]
                                  : std::numeric_limits<double>::infinity();
  return {clipped(((spectrum.truncated(rank).array() + 1) / 2).matrix()), rank, gap};
}

}  // namespace aufbau::graphs
