// Scores of a representation by the labels of the target: logme, h-score, rogi.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/parallel.h"
#include "graphs/scores/h_score.h"
#include "graphs/scores/logme.h"
#include "graphs/scores/rogi.h"
#include "small_sets.h"
#include "testing/errors.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;

/// A property that the first two columns decide but for noise.
Vector property_of(const Matrix& rows, double noise, std::uint32_t number) {
  return rows.col(0) - 0.5 * rows.col(1) + noise * random_matrix(rows.rows(), 1, number).col(0);
}

TEST(LogMe, IsHigherTheBetterTheFeaturesExplainTheProperty) {
  const Matrix features = random_matrix(60, 5, 1);
  double last = 1e9;
  for (const double noise : {0.1, 0.5, 2.0}) {
    const LogMe got = logme_regression(features, property_of(features, noise, 2));
    EXPECT_TRUE(got.converged);
    EXPECT_LT(got.evidence, last);
    last = got.evidence;
  }
}

TEST(LogMe, IsAMaximumOverAlphaAndBeta) {
  const Matrix features = random_matrix(40, 4, 3);
  const Vector y = property_of(features, 0.7, 4);
  const LogMe got = logme_regression(features, y);
  // ln N(y; 0, I / beta + Phi Phi' / alpha) per row, with a determinant by elimination.
  const auto evidence = [&](double alpha, double beta) {
    Matrix covariance = features * features.transpose() / alpha;
    covariance.diagonal().array() += 1 / beta;
    Vector rest = y;
    double log_determinant = 0, square = 0;
    for (Eigen::Index i = 0; i < covariance.rows(); ++i) {
      const double pivot = covariance(i, i);
      log_determinant += std::log(pivot);
      square += rest[i] * rest[i] / pivot;
      const Vector column = covariance.col(i) / pivot;
      for (Eigen::Index j = i + 1; j < covariance.rows(); ++j) {
        rest[j] -= column[j] * rest[i];
        covariance.row(j).tail(covariance.cols() - i) -=
            column[j] * covariance.row(i).tail(covariance.cols() - i);
      }
    }
    const auto n = static_cast<double>(y.size());
    return -(square + log_determinant + n * std::log(2 * std::numbers::pi)) / (2 * n);
  };
  EXPECT_NEAR(got.evidence, evidence(got.alpha, got.beta), 1e-10);
  for (const double factor : {0.8, 1.25}) {
    EXPECT_GT(got.evidence, evidence(got.alpha * factor, got.beta));
    EXPECT_GT(got.evidence, evidence(got.alpha, got.beta * factor));
  }
}

TEST(LogMe, OfFeaturesThatSayNothingIsTheEvidenceOfNoise) {
  // A property at right angles to the only feature: the weights are switched off.
  Matrix features(4, 1);
  features << 1, 1, 1, 1;
  Vector y(4);
  y << 1, -1, 2, -2;
  const LogMe got = logme_regression(features, y);
  EXPECT_TRUE(got.converged);
  const double variance = y.squaredNorm() / 4;
  EXPECT_NEAR(got.evidence, -0.5 * (std::log(2 * std::numbers::pi * variance) + 1), 1e-12);
  EXPECT_TRUE(std::isfinite(got.alpha));
}

TEST(LogMe, OfAsManyColumnsAsRowsStaysFinite) {
  for (std::uint32_t number = 10; number < 20; ++number) {
    const Matrix features = random_matrix(8, 12, number);
    const LogMe got = logme_regression(features, property_of(features, 0.01, number + 50));
    EXPECT_TRUE(std::isfinite(got.evidence)) << number;
    EXPECT_TRUE(std::isfinite(got.beta)) << number;
  }
}

TEST(LogMe, DoesNotChangeWithTheOrderOfColumnsOrARepeatedOne) {
  const Matrix features = random_matrix(30, 3, 5);
  const Vector y = property_of(features, 0.5, 6);
  const double value = logme_regression(features, y).evidence;
  EXPECT_NEAR(logme_regression(features.rowwise().reverse(), y).evidence, value, 1e-10);
  Matrix wide(30, 4);  // a column of zeros takes no part
  wide << features, Vector::Zero(30);
  EXPECT_NEAR(logme_regression(wide, y).evidence, value, 1e-10);
}

TEST(LogMe, NamesWhatItCannotWorkOn) {
  const Matrix features = random_matrix(6, 2, 7);
  Vector y = property_of(features, 1, 8);
  EXPECT_EQ(error_of([&] { logme_regression(Matrix(0, 2), Vector()); }).kind(),
            ErrorKind::nothing_valid);
  EXPECT_EQ(error_of([&] { logme_regression(features, y.head(5)); }).kind(), ErrorKind::mismatch);
  EXPECT_TRUE(
      says(error_of([&] { logme_regression(features, Vector::Zero(6)); }), "targets are 0"));
  EXPECT_TRUE(says(error_of([&] { logme_regression(Matrix::Zero(6, 2), y); }), "features are 0"));
  EXPECT_TRUE(says(error_of([&] { logme_regression(features, features.col(1)); }), "exactly"));
  y[3] = kNaN;
  const Error nan = error_of([&] { logme_regression(features, y); });
  EXPECT_EQ(nan.kind(), ErrorKind::non_finite);
  EXPECT_TRUE(says(nan, "target 3")) << nan.what();
  const std::vector<std::int32_t> one_class(6, 1), too_few(5, 0);
  EXPECT_EQ(error_of([&] { logme_classification(features, one_class); }).kind(), ErrorKind::usage);
  EXPECT_EQ(error_of([&] { logme_classification(features, too_few); }).kind(), ErrorKind::mismatch);
}

TEST(HScore, OfTwoPointsPerClassByHand) {
  // Means -1 and 1, variance 1 of the first column; the second says nothing.
  Matrix features(4, 2);
  features << -1, 0, -1, 1, 1, 0, 1, 1;
  const std::vector<std::int32_t> labels = {7, 7, -2, -2};
  EXPECT_NEAR(h_score(features, labels, 0).value, 1, 1e-12);
  // S_l = diag(1, 1/4) (1 - l) + l 5/8.
  const HScore half = h_score(features, labels, 0.5);
  EXPECT_NEAR(half.value, 1 / (0.5 + 5.0 / 16), 1e-12);
  EXPECT_NEAR(half.scaled, half.value / 2, 1e-12);
  EXPECT_EQ(h_score(features, labels, 1).scaled, 0);
  // Columns that depend on others are left out by the pseudo-inverse.
  Matrix repeated(4, 3);
  repeated << features, features.col(0);
  EXPECT_NEAR(h_score(repeated, labels, 0).value, 1, 1e-12);
}

TEST(HScore, OfConstantFeaturesIsZero) {
  const std::vector<std::int32_t> labels = {0, 1, 1};
  EXPECT_EQ(ledoit_wolf(Matrix::Constant(3, 2, 4.0)), 0);
  EXPECT_EQ(h_score(Matrix::Constant(3, 2, 4.0), labels).value, 0);
}

TEST(HScore, NamesWhatItCannotWorkOn) {
  const Matrix features = random_matrix(3, 2, 9);
  const std::vector<std::int32_t> labels = {0, 1, 1};
  for (const double shrinkage : {-0.1, 1.1, kNaN})
    EXPECT_EQ(error_of([&] { h_score(features, labels, shrinkage); }).kind(), ErrorKind::usage);
  EXPECT_EQ(error_of([&] { h_score(Matrix(0, 2), {}); }).kind(), ErrorKind::nothing_valid);
  EXPECT_EQ(error_of([&] {
              h_score(features, std::vector<std::int32_t>{1, 1, 1});
            }).kind(),
            ErrorKind::usage);
}

/// Complete linkage by its definition: the closest pair of clusters, again and again.
std::vector<double> plain_linkage_heights(const PairDistances& distances) {
  std::vector<std::vector<std::int64_t>> clusters;
  for (std::int64_t i = 0; i < distances.count(); ++i) clusters.push_back({i});
  std::vector<double> heights;
  while (clusters.size() > 1) {
    double least = HUGE_VAL;
    std::size_t a = 0, b = 0;
    for (std::size_t i = 0; i < clusters.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        double farthest = 0;
        for (const std::int64_t x : clusters[i])
          for (const std::int64_t y : clusters[j])
            farthest = std::max(farthest, distances.at(x, y));
        if (farthest < least) least = farthest, a = j, b = i;
      }
    heights.push_back(least);
    clusters[a].insert(clusters[a].end(), clusters[b].begin(), clusters[b].end());
    clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(b));
  }
  return heights;
}

TEST(CompleteLinkage, ByChainsHasTheHeightsOfThePlainOne) {
  for (std::uint32_t number = 0; number < 30; ++number) {
    const PairDistances distances = euclidean_distances(random_matrix(3 + number, 2, number));
    std::vector<double> heights;
    for (const Merge& merge : complete_linkage(distances)) heights.push_back(merge.height);
    EXPECT_EQ(heights, plain_linkage_heights(distances)) << number;
  }
}

TEST(CompleteLinkage, OfTiesOfOneAndOfNothingEnds) {
  EXPECT_TRUE(complete_linkage(PairDistances(0)).empty());
  EXPECT_TRUE(complete_linkage(PairDistances(1)).empty());
  Matrix grid(9, 2);
  for (Eigen::Index i = 0; i < 9; ++i) grid.row(i) << static_cast<double>(i / 3), i % 3;
  const std::vector<Merge> merges = complete_linkage(euclidean_distances(grid));
  ASSERT_EQ(merges.size(), 8u);
  EXPECT_EQ(merges.front().height, 1);
  EXPECT_EQ(merges.back().height, std::sqrt(8.0));
}

TEST(Rogi, OfThreePointsByHand) {
  // Points 0, 1, 4 with values 0, 1, 1: the first two merge at 1/4, all at 1.
  Matrix rows(3, 1);
  rows << 0, 1, 4;
  Vector values(3);
  values << 5, 7, 7;
  const Rogi got = rogi(rows, values);
  const double all = 2 * std::sqrt(2.0 / 9);   // of 0, 1, 1
  const double two = 2 * std::sqrt(1.0 / 18);  // of 1/2, 1/2, 1
  EXPECT_EQ(got.heights, (std::vector<double>{0.25, 1}));
  EXPECT_NEAR(got.sigma[0], all, 1e-15);
  EXPECT_NEAR(got.sigma[1], two, 1e-15);
  EXPECT_EQ(got.sigma[2], 0);
  EXPECT_NEAR(got.rogi, 0.75 * (all - two), 1e-15);
  const double at = 1 - std::log(2.0) / std::log(3.0);
  EXPECT_NEAR(got.rogi_xd, at * (all - two) / 2 + (1 - at) * (all - two + all) / 2, 1e-15);
}

TEST(Rogi, IsLowerForASmoothPropertyAndUnchangedByScaleAndOrder) {
  const Matrix rows = random_matrix(80, 2, 30);
  const Vector smooth = rows.col(0), rough = random_matrix(80, 1, 31).col(0);
  const Rogi got = rogi(rows, smooth);
  EXPECT_LT(got.rogi, 0.5 * rogi(rows, rough).rogi);
  EXPECT_LT(got.rogi_xd, rogi(rows, rough).rogi_xd);
  const Rogi moved =
      rogi(Matrix(3 * rows.colwise().reverse()), Vector(-2 * smooth.reverse().array() + 1));
  EXPECT_NEAR(moved.rogi, got.rogi, 1e-12);
  EXPECT_NEAR(moved.rogi_xd, got.rogi_xd, 1e-12);
  const ThreadScope scope(2);
  EXPECT_EQ(rogi(rows, smooth).rogi, got.rogi);
}

TEST(Rogi, OfFingerprintsTakesTanimotoDistances) {
  Fingerprints prints(8);
  for (const auto& bits : {std::vector<std::int32_t>{0, 1}, {0, 1, 2}, {5}}) prints.append(bits);
  Vector values(3);
  values << 0, 1, 1;
  const Rogi got = rogi(prints, values);
  ASSERT_EQ(got.heights.size(), 2u);
  EXPECT_NEAR(got.heights[0], 1.0 / 3, 1e-15);
  EXPECT_EQ(got.heights[1], 1);
}

TEST(Rogi, NamesWhatItCannotWorkOn) {
  const Matrix rows = random_matrix(4, 2, 32);
  const Vector values = rows.col(0);
  EXPECT_EQ(error_of([&] { rogi(Matrix(0, 2), Vector()); }).kind(), ErrorKind::nothing_valid);
  EXPECT_EQ(error_of([&] { rogi(rows.topRows(1), values.head(1)); }).kind(), ErrorKind::usage);
  EXPECT_EQ(error_of([&] { rogi(rows, values.head(3)); }).kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(error_of([&] { rogi(Matrix::Zero(4, 2), values); }), "rows the same"));
  EXPECT_TRUE(says(error_of([&] { rogi(rows, Vector::Ones(4)); }), "all targets are 1"));
  Vector broken = values;
  broken[1] = kNaN;
  EXPECT_EQ(error_of([&] { rogi(rows, broken); }).kind(), ErrorKind::non_finite);
  EXPECT_EQ(error_of([&] { rogi(Fingerprints(8), values); }).kind(), ErrorKind::nothing_valid);
}

}  // namespace
}  // namespace aufbau::graphs
