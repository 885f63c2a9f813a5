#pragma once
#include <optional>
#include <string>
#include <vector>

#include "graphs/gromov/problem.h"

namespace aufbau::graphs {

struct GromovSearch {
  GromovLoss loss = GromovLoss::square;
  /// Starts beside those of gromov_starts(): permutations, or the answer to a problem nearby.
  std::vector<Matrix> further_starts;
  int max_iterations = 500;          ///< conditional gradient steps in one descent
  double relative_decrease = 1e-12;  ///< a descent ends with a step that gains less
};

/// One start of the search: where it began and what it came down to.
struct GromovDescent {
  std::string name;  ///< of gromov_starts(), or further0, further1, ...
  double start_value = 0, value = 0;
};

struct GromovResult {
  double value = 0;  ///< F of the coupling, at least 0: the squared distance for the loss square
  Matrix coupling;   ///< [n, m]
  std::vector<GromovDescent> descents;
};

/// The smallest local minimum found from all starts; the problem is not convex, so this is an upper
/// bound of the distance, and `gromov_bounds` has certified lower ones. Each start descends by
/// conditional gradient with exact transport and exact line search (Vayer et al. 2019, algorithm 1)
/// in turn with `exchange_mass`, until neither gains. Equal values: the first start.
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

/// Conditional gradient and exchanges from one coupling until neither gains.
Matrix descend(const GromovProblem& problem, Matrix coupling, const GromovSearch& search = {});

}  // namespace aufbau::graphs
