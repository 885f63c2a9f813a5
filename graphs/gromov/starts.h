#pragma once
#include <cstdint>
#include <vector>

#include "graphs/gromov/network.h"

namespace aufbau::graphs {

/// A coupling that a search for a Gromov-Wasserstein distance starts from.
struct GromovStart {
  const char* name;
  const char* summary;
  Matrix (*make)(const MeasureNetwork& a, const MeasureNetwork& b);  ///< [n, m]
};
const std::vector<GromovStart>& gromov_starts();

/// T[i, columns[i]] = 1/n. Error{usage} for a list that is not a permutation of 0..n-1.
Matrix permutation_coupling(const std::vector<std::int32_t>& columns);

}  // namespace aufbau::graphs
