#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace aufbau::testing {

/// The largest absolute value; 0 of nothing.
inline double largest(const std::vector<double>& values) {
  double most = 0;
  for (const double value : values) most = std::max(most, std::abs(value));
  return most;
}

/// Every value within `tolerance` (absolute) of the expected one; says where the worst one is.
inline void expect_near(const std::string& what, const std::vector<double>& got,
                        const std::vector<double>& expected, double tolerance) {
  ASSERT_EQ(got.size(), expected.size()) << what;
  double worst = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double distance = std::abs(got[i] - expected[i]);
    // Not (distance <= worst): a NaN must win.
    if (!(distance <= worst)) worst = distance, at = i;
    if (std::isnan(distance)) break;
  }
  EXPECT_LE(worst, tolerance) << what << ": element " << at << " of " << got.size() << " is "
                              << (got.empty() ? 0 : got[at]) << ", expected "
                              << (got.empty() ? 0 : expected[at]);
}

}  // namespace aufbau::testing
