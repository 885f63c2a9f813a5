#pragma once
#include <string>
#include <vector>

#include "graphs/gromov/problem.h"

namespace aufbau::graphs {

struct GromovSearch {
  GromovLoss loss = GromovLoss::square;
  /// Starts beside those of gromov_starts(): permutations, or the answer to a problem nearby.
  std::vector<Matrix> further_starts;
  /// Descents from the best coupling so far with some of its mass moved at random.
  int kicks = 16;
  /// A descent ends with a round of conditional gradient and exchanges that gains less than this;
  /// the best one then goes on to 1e-11.
  double relative_decrease = 1e-9;
};

/// One descent of the search: where it began and what it came down to.
struct GromovDescent {
  std::string name;  ///< of gromov_starts(), or further0, further1, ..., or kick0, kick1, ...
  double start_value = 0, value = 0;
};

struct GromovResult {
  double value = 0;  ///< F of the coupling, at least 0; for the loss square, distance squared
  Matrix coupling;   ///< [n, m]
  std::vector<GromovDescent> descents;
};

/// The smallest local minimum found; the problem is not convex, so this is an upper bound of the
/// distance, and `gromov_bounds` has certified lower ones. Each start descends by conditional
/// gradient with exact transport and exact line search (Vayer et al. 2019, algorithm 1) in turn
/// with `exchange_mass`; then the best one is kicked and descends again, `kicks` times (iterated
/// local search, with draws that depend on the number of the kick alone). Equal values: the first.
GromovResult gromov_wasserstein(const MeasureNetwork& a, const MeasureNetwork& b,
                                const GromovSearch& search = {});

/// The same for the fused objective of `fused_problem`.
GromovResult fused_gromov_wasserstein(const MeasureNetwork& a, const MeasureNetwork& b,
                                      const Matrix& attribute_cost, double structure_share,
                                      const GromovSearch& search = {});

struct NetworkPair {
  const MeasureNetwork *a = nullptr, *b = nullptr;
};
/// `gromov_wasserstein` of every pair, on thread_count() threads, one pair per block.
std::vector<GromovResult> gromov_wasserstein_batch(const std::vector<NetworkPair>& pairs,
                                                   const GromovSearch& search = {});

/// Conditional gradient and exchanges from one coupling until neither gains. Error as
/// `require_coupling`.
Matrix improve_coupling(const GromovProblem& problem, Matrix coupling);

}  // namespace aufbau::graphs
