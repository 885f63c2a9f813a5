#include "train/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace aufbau::train {
namespace {

using Values = std::vector<double>;

TEST(Mean, AndPopulationDeviation) {
  EXPECT_DOUBLE_EQ(mean(Values{1, 2, 6}), 3.0);
  EXPECT_DOUBLE_EQ(standard_deviation(Values{2, 4, 4, 4, 5, 5, 7, 9}), 2.0);
  EXPECT_EQ(standard_deviation(Values{5}), 0.0);
  EXPECT_TRUE(std::isnan(mean({})));
  EXPECT_TRUE(std::isnan(standard_deviation({})));
}

TEST(IncompleteBeta, HasItsClosedForms) {
  EXPECT_NEAR(incomplete_beta(1, 1, 0.3), 0.3, 1e-14);
  EXPECT_NEAR(incomplete_beta(2, 1, 0.3), 0.09, 1e-14);
  EXPECT_NEAR(incomplete_beta(1, 3, 0.2), 1 - std::pow(0.8, 3), 1e-14);
  EXPECT_NEAR(incomplete_beta(0.5, 0.5, 0.25), 1.0 / 3, 1e-14);  // 2/pi asin(sqrt(x))
  EXPECT_NEAR(incomplete_beta(30, 40, 0.4) + incomplete_beta(40, 30, 0.6), 1.0, 1e-13);
  EXPECT_EQ(incomplete_beta(2, 3, 0), 0.0);
  EXPECT_EQ(incomplete_beta(2, 3, 1), 1.0);
  EXPECT_TRUE(std::isnan(incomplete_beta(2, 3, 1.5)));
}

TEST(StudentTBound, HasItsClosedFormsAndAKnownValue) {
  for (const double level : {0.5, 0.8, 0.95, 0.999}) {
    EXPECT_NEAR(student_t_bound(level, 1) / std::tan(std::acos(-1.0) * level / 2), 1, 1e-10);
    EXPECT_NEAR(student_t_bound(level, 2) / (level * std::sqrt(2 / (1 - level * level))), 1, 1e-10);
  }
  EXPECT_NEAR(student_t_bound(0.95, 10), 2.2281388519649385, 1e-10);
  EXPECT_NEAR(student_t_bound(0.95, 1e7), 1.9599639845, 1e-6);  // the normal distribution
  for (const double level : {0.0, 1.0, -1.0, 2.0})
    EXPECT_TRUE(std::isnan(student_t_bound(level, 3)));
  EXPECT_TRUE(std::isnan(student_t_bound(0.95, 0)));
}

// With one degree of freedom t is Cauchy, with two p = 1 - t / sqrt(2 + t^2): closed forms for n =
// 2 and 3.
TEST(PairedTTest, HasItsClosedFormsForTwoAndThreePairs) {
  const double t2 = 2.0;  // differences 1 and 3: mean 2, standard error 1
  EXPECT_NEAR(paired_t_test(Values{1, 3}), 1 - 2 / std::acos(-1.0) * std::atan(t2), 1e-13);
  const double t3 = 2 * std::sqrt(3.0);  // differences 1, 2, 3: mean 2, deviation 1
  EXPECT_NEAR(paired_t_test(Values{1, 2, 3}), 1 - t3 / std::sqrt(2 + t3 * t3), 1e-13);
}

// Quantiles of Student's tables: t = 2.262157 at 9 degrees of freedom and 2.776445 at 4 are the
// two-sided 5 % points.
TEST(PairedTTest, AgreesWithTheTables) {
  const auto differences_with = [](double t, int n) {
    // n values with mean 1 and standard error 1 / t.
    Values values(static_cast<std::size_t>(n), 1.0);
    const double deviation = std::sqrt(static_cast<double>(n)) / t;
    const double shift = deviation * std::sqrt((n - 1) / 2.0);
    values[0] += shift;
    values[1] -= shift;
    return values;
  };
  EXPECT_NEAR(paired_t_test(differences_with(2.262157, 10)), 0.05, 1e-7);
  EXPECT_NEAR(paired_t_test(differences_with(2.776445, 5)), 0.05, 1e-7);
  EXPECT_NEAR(paired_t_test(differences_with(3.249836, 10)), 0.01, 1e-7);
}

TEST(PairedTTest, IsOneWhenTheMeanIsZeroAndTheSameForBothDirections) {
  EXPECT_DOUBLE_EQ(paired_t_test(Values{-1, 1, -2, 2}), 1.0);
  EXPECT_DOUBLE_EQ(paired_t_test(Values{1, 2, 4}), paired_t_test(Values{-1, -2, -4}));
}

TEST(PairedTTest, IsNotDefinedForOnePairOrWithoutSpread) {
  EXPECT_TRUE(std::isnan(paired_t_test({})));
  EXPECT_TRUE(std::isnan(paired_t_test(Values{0.3})));
  EXPECT_TRUE(std::isnan(paired_t_test(Values{0.3, 0.3, 0.3})));
}

// Exact distribution: with all of n differences positive, p = 2 / 2^n.
TEST(SignedRank, IsTwoOverTwoToTheNWhenAllDifferencesAgree) {
  Values differences;
  for (int n = 1; n <= 10; ++n) {
    differences.push_back(n + 0.5);
    EXPECT_DOUBLE_EQ(signed_rank_test(differences), 2 / std::pow(2.0, n)) << n;
    EXPECT_DOUBLE_EQ(smallest_signed_rank_p(static_cast<std::size_t>(n)), 2 / std::pow(2.0, n));
  }
}

// Wilcoxon's table: for n = 8 the sum 3 has 5 patterns at or below it (0, 1, 2, 3, 1+2): p =
// 10/256; for n = 10, W = 8 leaves 25 patterns: p = 50/1024.
TEST(SignedRank, AgreesWithTheExactTable) {
  EXPECT_DOUBLE_EQ(signed_rank_test(Values{-1, -2, 3, 4, 5, 6, 7, 8}), 10.0 / 256);
  EXPECT_DOUBLE_EQ(signed_rank_test(Values{1, 2, 3, 4, 5, 6, 7, -8, 9, 10}), 50.0 / 1024);
}

TEST(SignedRank, SharesRanksOfTiesAndLeavesZerosOut) {
  // Sizes 1, 1, 2: ranks 1.5, 1.5, 3. Positive sum 4.5 of 6; patterns with at most 1.5: {}, {a},
  // {b} of 8.
  EXPECT_DOUBLE_EQ(signed_rank_test(Values{1, -1, 2}), 6.0 / 8);
  EXPECT_DOUBLE_EQ(signed_rank_test(Values{0, 1, 0, -1, 2}), 6.0 / 8);
  EXPECT_TRUE(std::isnan(signed_rank_test(Values{0, 0})));
  EXPECT_TRUE(std::isnan(signed_rank_test({})));
}

TEST(SignedRank, TheNormalApproximationContinuesTheExactDistribution) {
  Values differences;
  for (int i = 1; i <= 25; ++i) differences.push_back(i % 3 == 0 ? -i : i);
  const double exact = signed_rank_test(differences);
  differences.push_back(-26);
  differences.push_back(27);
  const double approximate = signed_rank_test(differences);
  EXPECT_GT(exact, 0.0);
  // Two more pairs of about the same balance: the p-value moves little.
  EXPECT_NEAR(approximate, exact, 0.1);
  // By hand: sizes 1..26 all positive, W = 0, mean 175.5, variance 26*27*53/24 = 1550.25.
  Values all;
  for (int i = 1; i <= 26; ++i) all.push_back(i);
  EXPECT_NEAR(signed_rank_test(all), std::erfc(175.5 / std::sqrt(2 * 1550.25)), 1e-15);
}

}  // namespace
}  // namespace aufbau::train
