#include "core/choose.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace aufbau {
namespace {

TEST(Choose, GivesDifferentNumbersAscendingAndEachAsOften) {
  std::vector<int> met(10, 0);
  for (std::uint32_t item = 0; item < 2000; ++item) {
    Random random({.purpose = Purpose::test, .item = item});
    const std::vector<std::int32_t> chosen = choose(10, 4, random);
    ASSERT_EQ(chosen.size(), 4u);
    ASSERT_EQ(std::adjacent_find(chosen.begin(), chosen.end(), std::greater_equal<>()),
              chosen.end());
    for (const std::int32_t number : chosen) ++met[static_cast<std::size_t>(number)];
  }
  // 800 expected each; the standard deviation is 22.
  for (const int times : met) EXPECT_NEAR(times, 800, 110);
}

TEST(Choose, TakesNoneAndAll) {
  Random random({.purpose = Purpose::test});
  EXPECT_TRUE(choose(5, 0, random).empty());
  EXPECT_TRUE(choose(0, 0, random).empty());
  EXPECT_EQ(choose(3, 3, random), (std::vector<std::int32_t>{0, 1, 2}));
}

}  // namespace
}  // namespace aufbau
