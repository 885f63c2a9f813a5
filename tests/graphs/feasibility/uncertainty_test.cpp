// What the statistics over sets of graphs promise.
#include <gtest/gtest.h>

#include <cmath>

#include "core/parallel.h"
#include "graphs/feasibility/bootstrap.h"
#include "graphs/feasibility/permutation_test.h"
#include "testing/errors.h"
#include "tests/graphs/feasibility/small_histograms.h"

namespace aufbau::graphs {
namespace {

using aufbau::testing::error_of;
using aufbau::testing::random_histograms;
using aufbau::testing::says;

Matrix from_one_graphon(Random& random, Eigen::Index count) {
  return random_histograms(random, count, 0.7, 0.2);
}

Matrix from_another(Random& random, Eigen::Index count) {
  return random_histograms(random, count, 0.25, 0.1);
}

TEST(UnbiasedTerms, AreAveragesOverPairsOfDifferentGraphs) {
  Random random({1});
  const Matrix a = from_one_graphon(random, 6), b = from_another(random, 5);
  const SquareTerms terms = unbiased_terms({moments(a)}, moments(b));
  const auto pairs = [](const Matrix& x, const Matrix& y, bool same) {
    double sum = 0;
    int count = 0;
    for (Eigen::Index i = 0; i < x.rows(); ++i)
      for (Eigen::Index j = 0; j < y.rows(); ++j)
        if (!same || i != j) sum += x.row(i).dot(y.row(j)), ++count;
    return sum / count / static_cast<double>(x.cols());
  };
  EXPECT_NEAR(terms.H(0, 0), pairs(a, a, true), 1e-14);
  EXPECT_NEAR(terms.c[0], pairs(a, b, false), 1e-14);
  EXPECT_NEAR(terms.d, pairs(b, b, true), 1e-14);
}

TEST(NoiseFloor, IsTheMeanOverAllHalvings) {
  Random random({2});
  const Matrix rows = from_one_graphon(random, 5);
  // Every way to choose 2 of 5.
  double sum = 0;
  int count = 0;
  for (std::int32_t i = 0; i < 5; ++i)
    for (std::int32_t j = 0; j < i; ++j) {
      std::vector<std::int32_t> order = {i, j};
      for (std::int32_t rest = 0; rest < 5; ++rest)
        if (rest != i && rest != j) order.push_back(rest);
      sum += half_difference(rows, order);
      ++count;
    }
  EXPECT_NEAR(noise_floor(moments(rows)), sum / count, 1e-15);
}

TEST(DistanceEstimate, IsUnbiasedForATargetDrawnFromTheSource) {
  // 400 pairs of sets of one graphon: the mean of the unbiased distance is 0 within three standard
  // errors, that of the plug-in distance is not.
  std::vector<double> unbiased;
  double plug_in = 0;
  for (std::uint32_t repeat = 0; repeat < 400; ++repeat) {
    Random random({.seed = 3, .item = repeat});
    const Moments source = moments(from_one_graphon(random, 24));
    const DistanceEstimate estimate =
        estimate_distance({source}, moments(from_one_graphon(random, 16)));
    unbiased.push_back(estimate.unbiased);
    plug_in += estimate.fit.value / 400;
  }
  const Eigen::Map<const Vector> values(unbiased.data(), 400);
  const double error = std::sqrt((values.array() - values.mean()).square().sum() / 399 / 400);
  EXPECT_LE(std::abs(values.mean()), 3 * error);
  EXPECT_GT(plug_in, 20 * error);
}

TEST(Bootstrap, OfATargetDrawnFromTheSourceHoldsZero) {
  int held = 0;
  for (std::uint32_t repeat = 0; repeat < 40; ++repeat) {
    Random random({.seed = 4, .item = repeat});
    const HistogramSample source(from_one_graphon(random, 60));
    const HistogramSample target(from_one_graphon(random, 40));
    const Bootstrap result = bootstrap({source}, target, {.replicates = 200, .seed = repeat});
    const Interval interval =
        result.interval(estimate_distance({source.moments()}, target.moments()));
    held += interval.low <= 0 && interval.high >= 0;
  }
  EXPECT_GE(held, 38);  // at least the 95 % that the interval is named after
}

TEST(Bootstrap, OfATargetFromElsewhereHoldsTheDistanceAndNotZero) {
  Random random({5});
  const auto mean_of = [](const Matrix& rows) -> Vector {
    return rows.colwise().mean().transpose();
  };
  const Vector one = mean_of(from_one_graphon(random, 20000));
  const Vector another = mean_of(from_another(random, 20000));
  const double truth = (one - another).squaredNorm() / static_cast<double>(one.size());
  int held = 0;
  for (std::uint32_t repeat = 0; repeat < 40; ++repeat) {
    Random draws({.seed = 6, .item = repeat});
    const HistogramSample source(from_one_graphon(draws, 80));
    const HistogramSample target(from_another(draws, 60));
    const Bootstrap result = bootstrap({source}, target, {.replicates = 200, .seed = repeat});
    const Interval interval =
        result.interval(estimate_distance({source.moments()}, target.moments()));
    held += interval.low <= truth && truth <= interval.high;
    EXPECT_GT(interval.low, 0);
  }
  EXPECT_GE(held, 34);  // 38 expected; fewer than 34 has probability 0.002
}

TEST(Bootstrap, RecoversTheWeightsOfAMixtureOfTwoSets) {
  Random random({7});
  const HistogramSample first(from_one_graphon(random, 1500));
  const HistogramSample second(from_another(random, 1500));
  Matrix mixed(1500, first.rows().cols());
  mixed << from_one_graphon(random, 450), from_another(random, 1050);
  const HistogramSample target(std::move(mixed));
  const DistanceEstimate estimate =
      estimate_distance({first.moments(), second.moments()}, target.moments());
  EXPECT_NEAR(estimate.fit.alpha[0], 0.3, 0.05);
  const Bootstrap result = bootstrap({first, second}, target, {.replicates = 200});
  const std::vector<Interval> weights = result.alpha_intervals();
  EXPECT_LE(weights[0].low, 0.3);
  EXPECT_GE(weights[0].high, 0.3);
  EXPECT_LE(weights[0].high - weights[0].low, 0.2);
  const Interval distance = result.interval(estimate);
  EXPECT_LE(distance.low, 0);
  EXPECT_GE(distance.high, 0);
  EXPECT_LT(estimate.fit.value, 0.05 * estimate.fit.single_value);
}

TEST(PermutationTest, GivesUniformPValuesForATargetDrawnFromTheSource) {
  constexpr int kRepeats = 200;
  std::vector<double> p_values;
  for (std::uint32_t repeat = 0; repeat < kRepeats; ++repeat) {
    Random random({.seed = 8, .item = repeat});
    const HistogramSample source(from_one_graphon(random, 20));
    const HistogramSample target(from_one_graphon(random, 12));
    p_values.push_back(
        permutation_test(source, target, {.permutations = 199, .seed = repeat}).p_value);
  }
  std::sort(p_values.begin(), p_values.end());
  // Kolmogorov and Smirnov: a uniform sample of 200 strays further than this with probability 0.01.
  double furthest = 0;
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    furthest = std::max(furthest, std::abs(static_cast<double>(i + 1) / kRepeats - p_values[i]));
    furthest = std::max(furthest, std::abs(static_cast<double>(i) / kRepeats - p_values[i]));
  }
  EXPECT_LE(furthest, 1.63 / std::sqrt(kRepeats));
  const auto small =
      std::count_if(p_values.begin(), p_values.end(), [](double p) { return p <= 0.05; });
  EXPECT_LE(small, 19);  // of 10 expected; more has probability 0.003
  EXPECT_GE(small, 2);
}

TEST(PermutationTest, TellsAnotherGraphonApart) {
  Random random({9});
  const HistogramSample source(from_one_graphon(random, 60));
  const HistogramSample target(from_another(random, 40));
  const PermutationTest test = permutation_test(source, target, {.permutations = 199});
  EXPECT_EQ(test.p_value, 1.0 / 200);
  EXPECT_GT(test.distance, 0);
  EXPECT_NEAR(permutation_test(target, source, {.permutations = 9}).distance, test.distance, 1e-15);
}

TEST(PermutationTest, CountsTies) {
  const HistogramSample same(Matrix::Ones(6, 4)), more(Matrix::Ones(9, 4));
  EXPECT_EQ(permutation_test(same, more).p_value, 1);
}

TEST(HistogramSample, OfManyGraphsKeepsWhatTheStatisticsNeed) {
  Random random({10});
  const Matrix rows = from_one_graphon(random, 3000);
  const SampleLimits limits{.rows = 200, .batches = 100};
  const HistogramSample whole(rows, {.rows = 3000});
  const HistogramSample large(rows, limits);
  EXPECT_TRUE(whole.is_whole());
  EXPECT_FALSE(large.is_whole());
  EXPECT_EQ(large.rows().rows(), 200);
  EXPECT_EQ(large.batch_sums().rows(), 100);
  EXPECT_EQ(large.batch_counts().minCoeff(), 30);
  EXPECT_EQ(large.batch_counts().maxCoeff(), 30);
  EXPECT_EQ(large.moments().count, 3000);
  EXPECT_LE(
      (large.batch_sums().colwise().sum().transpose() - large.moments().sum).cwiseAbs().maxCoeff(),
      1e-9);
  EXPECT_EQ(large.moments().sum, whole.moments().sum);
  EXPECT_NEAR(large.moments().squared_norms, moments(rows).squared_norms, 1e-9);
  // The order of the file plays no part: the kept rows of a sorted file are a fair sample.
  Matrix counted(3000, 1);
  for (Eigen::Index i = 0; i < 3000; ++i) counted(i, 0) = static_cast<double>(i);
  const HistogramSample sorted(counted, limits);
  EXPECT_NEAR(sorted.rows().mean(), 1499.5, 4 * 866 / std::sqrt(200.0));
  // Blocks from a callback give the same bits as a matrix.
  std::int64_t read = 0;
  const HistogramSample streamed = HistogramSample::from_blocks(
      3000, rows.cols(),
      [&](std::int64_t first, Eigen::Ref<Matrix> block) {
        EXPECT_EQ(first, read);
        block = rows.middleRows(first, block.rows());
        read += block.rows();
      },
      limits);
  EXPECT_EQ(read, 3000);
  EXPECT_EQ(streamed.batch_sums(), large.batch_sums());
  EXPECT_EQ(streamed.rows(), large.rows());
}

TEST(Bootstrap, OfBatchesHasTheSpreadOfTheGraphs) {
  Random random({11});
  const Matrix rows = from_one_graphon(random, 3000);
  const HistogramSample whole(rows), large(rows, {.rows = 200, .batches = 150});
  const HistogramSample target(from_another(random, 50));
  const double exact = bootstrap({whole}, target, {.replicates = 300}).sd();
  const double batched = bootstrap({large}, target, {.replicates = 300}).sd();
  EXPECT_NEAR(batched / exact, 1, 0.25);
}

TEST(Resampling, GivesTheSameBitsOnAnyNumberOfThreads) {
  Random random({12});
  const HistogramSample first(from_one_graphon(random, 50)), second(from_another(random, 40));
  const HistogramSample target(from_one_graphon(random, 30));
  Bootstrap boots[2];
  PermutationTest tests[2];
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    boots[threads - 1] = bootstrap({first, second}, target, {.replicates = 100, .seed = 5});
    tests[threads - 1] = permutation_test(first, target, {.permutations = 99, .seed = 5});
  }
  EXPECT_EQ(boots[0].values, boots[1].values);
  EXPECT_EQ(boots[0].alpha, boots[1].alpha);
  EXPECT_EQ(tests[0].permuted, tests[1].permuted);
  const Bootstrap other = bootstrap({first, second}, target, {.replicates = 100, .seed = 6});
  EXPECT_NE(boots[0].values, other.values);
}

TEST(Statistics, RefuseSetsThatSayNothing) {
  Random random({13});
  const Matrix rows = from_one_graphon(random, 4);
  const Moments good = moments(rows), one = moments(rows.topRows(1));
  const HistogramSample sample(rows), single(rows.topRows(1));
  const HistogramSample narrow(Matrix::Ones(3, 2));
  EXPECT_TRUE(says(error_of([] { moments(Matrix(0, 4)); }), "no graphs"));
  EXPECT_TRUE(says(error_of([] { HistogramSample(Matrix(4, 0)); }), "no cells"));
  Matrix bad = rows;
  bad(2, 3) = std::nan("");
  EXPECT_TRUE(says(error_of([&] { HistogramSample{bad}; }), "graph 2"));
  EXPECT_TRUE(says(error_of([&] { HistogramSample(rows, {.rows = 1}); }), "1 rows"));
  EXPECT_TRUE(says(error_of([&] { estimate_distance({good}, one); }), "1 graph"));
  EXPECT_TRUE(says(error_of([&] { estimate_distance({}, good); }), "no set"));
  EXPECT_TRUE(says(error_of([&] { estimate_distance({narrow.moments()}, good); }), "2 cells"));
  EXPECT_TRUE(says(error_of([&] { permutation_test(sample, single); }), "4 and 1"));
  EXPECT_TRUE(says(error_of([&] { permutation_test(sample, narrow); }), "cells"));
  EXPECT_TRUE(says(error_of([&] { bootstrap({narrow}, sample); }), "cells"));
  EXPECT_TRUE(says(error_of([&] { bootstrap({sample}, sample, {.replicates = 0}); }), "0 rep"));
  EXPECT_TRUE(says(error_of([&] { bootstrap_of_counts({sample}, sample, {}); }), "0 sets for 2"));
  const Matrix none = Matrix::Zero(2, 4);
  EXPECT_TRUE(says(error_of([&] {
                     bootstrap_of_counts({sample}, sample, {none, none});
                   }),
                   "draws nothing"));
  EXPECT_TRUE(says(error_of([&] { half_difference(rows, {0, 1, 1, 3}); }), "names 1"));
}

}  // namespace
}  // namespace aufbau::graphs
