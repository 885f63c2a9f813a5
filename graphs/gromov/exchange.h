#pragma once
#include "graphs/gromov/problem.h"

namespace aufbau::graphs {

/// Improves a sparse coupling by moving mass around rectangles: from (i, j) and (k, l) to (i, l)
/// and (k, j), as much as the exact minimum on that line asks for, until no rectangle gains more
/// than `least_gain`. Between permutations this is the pairwise exchange of the quadratic
/// assignment problem; it leaves many local minima in which conditional gradient stops. A coupling
/// with more than 4 (n + m) entries is left as it is. Returns whether anything was gained.
bool exchange_mass(const GromovProblem& problem, Matrix& coupling, double least_gain);

}  // namespace aufbau::graphs
