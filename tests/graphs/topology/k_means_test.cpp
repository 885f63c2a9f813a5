#include "graphs/topology/k_means.h"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "core/parallel.h"
#include "testing/errors.h"

namespace aufbau::graphs {
namespace {

using aufbau::testing::error_of;
using aufbau::testing::says;

/// `per_group` rows around each of three far corners.
Matrix three_groups(std::int64_t per_group) {
  Random random({.item = 7});
  Matrix rows(3 * per_group, 2);
  for (Eigen::Index r = 0; r < rows.rows(); ++r) {
    rows(r, 0) = 100 * static_cast<double>(r % 3 == 1) + random.uniform();
    rows(r, 1) = 100 * static_cast<double>(r % 3 == 2) + random.uniform();
  }
  return rows;
}

TEST(KMeans, FindsGroupsThatLieApart) {
  const Matrix rows = three_groups(5000);
  const Clustering got = k_means(rows, {.clusters = 3, .restarts = 4, .seed = 1});
  EXPECT_TRUE(got.converged);
  for (Eigen::Index r = 3; r < rows.rows(); ++r)
    ASSERT_EQ(got.labels[static_cast<std::size_t>(r)], got.labels[static_cast<std::size_t>(r % 3)]);
  EXPECT_EQ(std::set<std::int32_t>(got.labels.begin(), got.labels.end()).size(), 3u);
  EXPECT_EQ(got.members(got.labels[0]).size(), 5000u);
  EXPECT_LT(got.inertia, 15000.0);
}

TEST(KMeans, HasTheSameBitsForAnyNumberOfThreads) {
  const Matrix rows = three_groups(4000);
  Clustering first;
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    Clustering got = k_means(rows, {.clusters = 7, .restarts = 2, .seed = 3});
    if (threads == 1) first = got;
    EXPECT_EQ(got.labels, first.labels);
    EXPECT_TRUE(got.centers == first.centers);
    EXPECT_EQ(got.inertia, first.inertia);
  }
}

TEST(KMeans, RestartsNeverEndWorse) {
  const Matrix rows = three_groups(50);
  const double one = k_means(rows, {.clusters = 9, .restarts = 1, .seed = 5}).inertia;
  EXPECT_LE(k_means(rows, {.clusters = 9, .restarts = 8, .seed = 5}).inertia, one);
}

TEST(KMeansPlusPlus, DrawsDistinctRowsAlsoWhenAllCoincide) {
  const Matrix same = Matrix::Ones(4, 3);
  const auto drawn = k_means_plus_plus(same, 4, {.seed = 2});
  EXPECT_EQ(std::set<std::int64_t>(drawn.begin(), drawn.end()).size(), 4u);
  const Clustering got = k_means(same, {.clusters = 3});
  EXPECT_EQ(got.inertia, 0);
  EXPECT_EQ(got.labels, (std::vector<std::int32_t>{0, 0, 0, 0})) << "ties go to the first centre";
}

TEST(KMeansPlusPlus, PrefersFarRows) {
  Matrix rows = Matrix::Zero(101, 1);
  rows(100, 0) = 1000;
  int found = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto drawn = k_means_plus_plus(rows, 2, {.seed = seed});
    found += drawn[0] == 100 || drawn[1] == 100;
  }
  EXPECT_EQ(found, 20);
}

TEST(Lloyd, KeepsTheCentreOfAnEmptyCluster) {
  Matrix rows(2, 1), centers(2, 1);
  rows << 0, 2;
  centers << 1, 50;
  const Clustering got = lloyd(rows, centers);
  EXPECT_EQ(got.centers(0, 0), 1);
  EXPECT_EQ(got.centers(1, 0), 50);
  EXPECT_EQ(got.iterations, 2);
  EXPECT_EQ(lloyd(rows, centers.topRows(1)).margin, std::numeric_limits<double>::infinity());
}

TEST(Lloyd, OfNoRowsHasNoLabels) {
  const Clustering got = lloyd(Matrix(0, 2), Matrix::Ones(1, 2));
  EXPECT_TRUE(got.labels.empty());
  EXPECT_TRUE(got.converged);
}

TEST(KMeans, RefusesWhatItCannotDo) {
  const Matrix rows = three_groups(1);
  EXPECT_TRUE(
      says(error_of([&] { k_means(rows, {.clusters = 4}); }), "cannot draw 4 centres from 3 rows"));
  EXPECT_TRUE(says(error_of([&] { k_means(rows, {.clusters = -1}); }), "cannot draw -1 centres"));
  EXPECT_TRUE(says(error_of([&] { k_means(rows, {.restarts = 0}); }), "at least one start, got 0"));
  EXPECT_TRUE(says(error_of([&] { lloyd(rows, Matrix::Ones(1, 3)); }), "got 1 x 3"));
  Matrix bad = rows;
  bad(1, 1) = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(says(error_of([&] { k_means(bad, {.clusters = 2}); }), "not finite"));
}

}  // namespace
}  // namespace aufbau::graphs
