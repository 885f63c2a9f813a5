#pragma once
#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

struct ZScores {
  Matrix values;  ///< [rows, columns]
  Vector mean, deviation;
};
/// (x - mean) / deviation of every column, with the standard deviation of the population; 0 in a
/// column whose deviation is not above 1e-12 max(1, |mean|). No rows give zeros.
ZScores z_scores(const Matrix& rows);

}  // namespace aufbau::graphs
