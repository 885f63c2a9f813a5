#pragma once
#include <cstdint>
#include <limits>

#include "core/random.h"
#include "graphs/graphon/matrix.h"

namespace aufbau::testing {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// Rows around `shift` in every column, each column a sum of four uniform draws.
inline graphs::Matrix random_matrix(Eigen::Index rows, Eigen::Index columns, std::uint32_t number,
                                    double shift = 0) {
  Random random({.item = number});
  graphs::Matrix result(rows, columns);
  for (double& value : result.reshaped()) {
    value = shift - 2;
    for (int draw = 0; draw < 4; ++draw) value += random.uniform();
  }
  return result;
}

}  // namespace aufbau::testing
