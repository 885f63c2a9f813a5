#include "report/transfer/study/rank_correlation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/random.h"

namespace aufbau::report {
namespace {

using Values = std::vector<double>;

// Ten pairs of the kind that textbooks show: neither number tells much about the other.
const Values kX = {106, 100, 86, 101, 99, 103, 97, 113, 112, 110};
const Values kY = {7, 27, 2, 50, 28, 29, 20, 12, 6, 17};

TEST(AverageRanks, AreSharedByEqualValues) {
  EXPECT_EQ(average_ranks(Values{3, 1, 2}), (Values{3, 1, 2}));
  EXPECT_EQ(average_ranks(Values{5, 1, 5, 0, 5}), (Values{4, 2, 4, 1, 4}));
  EXPECT_EQ(average_ranks(Values{7, 7}), (Values{1.5, 1.5}));
  EXPECT_TRUE(average_ranks(Values{}).empty());
}

TEST(RankCorrelation, HasItsKnownAnswers) {
  EXPECT_NEAR(spearman(kX, kY), -29.0 / 165, 1e-15);
  EXPECT_NEAR(kendall(kX, kY), -5.0 / 45, 1e-15);
}

// By hand: ranks 1 2.5 2.5 4 5 and 1 4 2.5 2.5 5; of ten pairs six are concordant, none discordant,
// nine are not tied in x and nine not in y.
TEST(RankCorrelation, KnowsTies) {
  const Values x = {1, 2, 2, 3, 4}, y = {1, 3, 2, 2, 5};
  EXPECT_NEAR(spearman(x, y), 7.25 / 9.5, 1e-15);
  EXPECT_NEAR(kendall(x, y), 6.0 / 9, 1e-15);
}

TEST(RankCorrelation, SeesTheOrderOnly) {
  Values cubed = kX, turned = kX;
  for (double& value : cubed) value = value * value * value;
  for (double& value : turned) value = -value;
  EXPECT_EQ(spearman(cubed, kY), spearman(kX, kY));
  EXPECT_EQ(kendall(cubed, kY), kendall(kX, kY));
  EXPECT_NEAR(spearman(turned, kY), -spearman(kX, kY), 1e-15);
  EXPECT_NEAR(kendall(turned, kY), -kendall(kX, kY), 1e-15);
  EXPECT_EQ(spearman(kX, kX), 1);
  EXPECT_EQ(kendall(kX, turned), -1);
}

TEST(RankCorrelation, IsNotDefinedWithoutSpread) {
  for (const auto correlation : {spearman, kendall}) {
    EXPECT_TRUE(std::isnan(correlation(Values{}, Values{}, {})));
    EXPECT_TRUE(std::isnan(correlation(Values{1}, Values{2}, {})));
    EXPECT_TRUE(std::isnan(correlation(Values{1, 1, 1}, Values{1, 2, 3}, {})));
    EXPECT_TRUE(std::isnan(correlation(Values{1, 2, 3}, Values{4, 4, 4}, {})));
    EXPECT_TRUE(std::isnan(correlation(Values{1, 2}, Values{1, 2}, Values{0, 0})));
    EXPECT_TRUE(std::isnan(correlation(Values{1, 2}, Values{1, 2}, Values{3, 0})));
  }
}

TEST(RankCorrelation, AWeightIsSoManyCopies) {
  const Values x = {1, 2, 2, 3, 4, 9}, y = {1, 3, 2, 2, 5, 0}, weights = {2, 0, 1, 3, 1, 4};
  Values many_x, many_y;
  for (std::size_t i = 0; i < x.size(); ++i) {
    many_x.insert(many_x.end(), static_cast<std::size_t>(weights[i]), x[i]);
    many_y.insert(many_y.end(), static_cast<std::size_t>(weights[i]), y[i]);
  }
  EXPECT_NEAR(spearman(x, y, weights), spearman(many_x, many_y), 1e-14);
  EXPECT_NEAR(kendall(x, y, weights), kendall(many_x, many_y), 1e-14);
  EXPECT_EQ(average_ranks(x, weights)[0], 1.5);
  EXPECT_EQ(average_ranks(x, weights)[3], 5);
}

std::vector<CrossedPair> table(std::size_t rows, std::size_t columns,
                               double (*x)(std::size_t, std::size_t),
                               double (*y)(std::size_t, std::size_t)) {
  std::vector<CrossedPair> pairs;
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c) pairs.push_back({r, c, x(r, c), y(r, c)});
  return pairs;
}
double uneven(std::size_t r, std::size_t c) { return static_cast<double>((7 * r + 3 * c) % 11); }
double other(std::size_t r, std::size_t c) { return static_cast<double>((5 * r + 8 * c) % 13); }

// Row 3 has no pair, so that it must not be drawn.
TEST(PigeonholeInterval, IsWhatTheDefinitionSays) {
  std::vector<CrossedPair> pairs = table(5, 4, uneven, other);
  std::erase_if(pairs, [](const CrossedPair& pair) { return pair.row == 3; });
  const PigeonholeOptions options{.replicates = 21, .level = 0.9, .seed = 5};
  const std::vector<std::size_t> rows = {0, 1, 2, 4}, columns = {0, 1, 2, 3};
  Values values;
  for (std::uint32_t replicate = 0; replicate < 21; ++replicate) {
    Random of_rows({.seed = 5, .purpose = Purpose::study_resample, .item = replicate});
    Random of_columns(
        {.seed = 5, .purpose = Purpose::study_resample, .item = replicate, .stream = 1});
    std::vector<std::size_t> row_draws, column_draws;
    for (int i = 0; i < 4; ++i) row_draws.push_back(rows[of_rows.below(4)]);
    for (int i = 0; i < 4; ++i) column_draws.push_back(columns[of_columns.below(4)]);
    Values x, y;
    for (const std::size_t r : row_draws)
      for (const std::size_t c : column_draws) {
        x.push_back(uneven(r, c));
        y.push_back(other(r, c));
      }
    values.push_back(spearman(x, y));
  }
  std::sort(values.begin(), values.end());
  const CorrelationInterval interval = pigeonhole_interval(pairs, spearman, options);
  EXPECT_NEAR(interval.low, values[1], 1e-13);  // share 0.05 of 20 steps
  EXPECT_NEAR(interval.high, values[19], 1e-13);
}

TEST(PigeonholeInterval, DoesNotDependOnTheOrderOfPairs) {
  std::vector<CrossedPair> pairs = table(5, 6, uneven, other);
  const CorrelationInterval interval = pigeonhole_interval(pairs, kendall);
  std::reverse(pairs.begin(), pairs.end());
  const CorrelationInterval reversed = pigeonhole_interval(pairs, kendall);
  EXPECT_NEAR(interval.low, reversed.low, 1e-13);
  EXPECT_NEAR(interval.high, reversed.high, 1e-13);
  EXPECT_LT(interval.low, kendall(Values{1, 2}, Values{1, 2}));
  const CorrelationInterval again = pigeonhole_interval(pairs, kendall);
  EXPECT_EQ(again.low, reversed.low);
  EXPECT_EQ(again.high, reversed.high);
}

// What is known of three sources stays three numbers, on however many targets it is seen.
TEST(PigeonholeInterval, ManyTargetsDoNotMakeMoreSources) {
  const auto x = [](std::size_t r, std::size_t) { return static_cast<double>(r); };
  const auto y = [](std::size_t r, std::size_t) { return static_cast<double>((2 * r) % 3); };
  const CorrelationInterval interval = pigeonhole_interval(table(3, 60, x, y), spearman);
  EXPECT_LT(interval.low, -0.99);
  EXPECT_GT(interval.high, 0.99);
}

TEST(PigeonholeInterval, AnOrderWithoutMistakeHasNoWidth) {
  const auto x = [](std::size_t r, std::size_t c) { return static_cast<double>(10 * r + c); };
  const CorrelationInterval interval = pigeonhole_interval(table(4, 5, x, x), spearman);
  EXPECT_EQ(interval.low, 1);
  EXPECT_EQ(interval.high, 1);
}

TEST(PigeonholeInterval, IsNotDefinedWhereTheCorrelationIsNot) {
  const auto same = [](std::size_t, std::size_t) { return 1.0; };
  for (const auto& pairs :
       {std::vector<CrossedPair>{}, table(1, 1, uneven, other), table(3, 3, same, other)}) {
    const CorrelationInterval interval = pigeonhole_interval(pairs, spearman);
    EXPECT_TRUE(std::isnan(interval.low));
    EXPECT_TRUE(std::isnan(interval.high));
  }
  // Two pairs that share nothing: a draw of both is rarer than one in two.
  const std::vector<CrossedPair> diagonal = {{0, 0, 1, 1}, {1, 1, 2, 2}};
  EXPECT_TRUE(std::isnan(pigeonhole_interval(diagonal, spearman).low));
}

}  // namespace
}  // namespace aufbau::report
