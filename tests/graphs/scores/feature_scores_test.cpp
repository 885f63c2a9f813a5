// Scores of rows of numbers: frechet, mmd, descriptor shifts, gradients.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/parallel.h"
#include "graphs/scores/descriptor_shift.h"
#include "graphs/scores/draws.h"
#include "graphs/scores/frechet.h"
#include "graphs/scores/mmd.h"
#include "graphs/scores/principal_gradient.h"
#include "small_sets.h"
#include "testing/errors.h"

namespace aufbau::graphs {
namespace {

using namespace aufbau::testing;

TEST(Frechet, OfASetAndItsShiftedCopyIsTheSquareOfTheShift) {
  const Matrix x = random_matrix(30, 5, 1);
  const Matrix y = x.array() + 0.5;
  const Frechet got = frechet_distance(x, y);
  EXPECT_NEAR(got.mean_term, 5 * 0.25, 1e-12);
  EXPECT_NEAR(got.covariance_term, 0, 1e-12);
  EXPECT_NEAR(frechet_distance(x, x).value, 0, 1e-12);
}

TEST(Frechet, IsSymmetricAndUnchangedByARotation) {
  const Matrix x = random_matrix(40, 2, 2), y = random_matrix(25, 2, 3, 0.2);
  Matrix turn(2, 2);
  turn << 0.6, -0.8, 0.8, 0.6;
  const double value = frechet_distance(x, y).value;
  EXPECT_GT(value, 0);
  EXPECT_NEAR(frechet_distance(y, x).value, value, 1e-12);
  EXPECT_NEAR(frechet_distance(x * turn, y * turn).value, value, 1e-12);
}

TEST(Frechet, OfFewerRowsThanColumnsAgreesBothWays) {
  // Rows along different axes: covariances without a common direction, so that tr (S1 S2)^1/2 is 0.
  Matrix x = Matrix::Zero(2, 4), y = Matrix::Zero(2, 4);
  x(0, 0) = 2;
  y(0, 3) = 4;
  EXPECT_NEAR(frechet_distance(x, y).covariance_term, 2 + 8, 1e-12);
  EXPECT_NEAR(frechet_distance(gaussian_moments(x), gaussian_moments(y)).covariance_term, 2 + 8,
              1e-6);
}

TEST(GaussianMoments, OfPiecesAreThoseOfTheWhole) {
  const Matrix all = random_matrix(1100, 4, 4);
  const GaussianMoments whole = gaussian_moments(all);
  GaussianMoments pieces;  // an empty start, single rows and blocks
  for (const auto& [begin, count] : {std::pair{0, 1}, {1, 1}, {2, 600}, {602, 498}})
    pieces = merged(pieces, gaussian_moments(all.middleRows(begin, count)));
  EXPECT_EQ(pieces.count, whole.count);
  EXPECT_TRUE(pieces.mean.isApprox(whole.mean, 1e-12));
  EXPECT_TRUE(pieces.covariance.isApprox(whole.covariance, 1e-12));
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    EXPECT_TRUE(gaussian_moments(all).covariance == whole.covariance);
  }
}

TEST(Frechet, NamesWhatItCannotWorkOn) {
  const Matrix x = random_matrix(4, 3, 5);
  EXPECT_EQ(error_of([&] { frechet_distance(Matrix(0, 3), x); }).kind(), ErrorKind::nothing_valid);
  EXPECT_EQ(error_of([&] { frechet_distance(x, Matrix(4, 0)); }).kind(), ErrorKind::nothing_valid);
  const Error one = error_of([&] { frechet_distance(x, x.topRows(1)); });
  EXPECT_EQ(one.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(one, "the target has 1 rows, expected at least 2")) << one.what();
  EXPECT_EQ(error_of([&] { frechet_distance(x, random_matrix(4, 2, 6)); }).kind(),
            ErrorKind::mismatch);
  Matrix broken = x;
  broken(2, 1) = kNaN;
  const Error nan = error_of([&] { frechet_distance(x, broken); });
  EXPECT_EQ(nan.kind(), ErrorKind::non_finite);
  EXPECT_TRUE(says(nan, "row 2, column 1 of the target")) << nan.what();
  broken(2, 1) = 1e80;
  EXPECT_EQ(error_of([&] { frechet_distance(x, broken); }).kind(), ErrorKind::non_finite);
  GaussianMoments moments = gaussian_moments(x);
  EXPECT_EQ(error_of([&] { frechet_distance(moments, gaussian_moments(x.topRows(1))); }).kind(),
            ErrorKind::usage);
  moments.covariance.resize(2, 2);
  EXPECT_EQ(error_of([&] { frechet_distance(moments, moments); }).kind(), ErrorKind::mismatch);
}

TEST(Mmd, OfPairsByHand) {
  // Two rows a side at distance d: one pair within each, four across.
  Matrix x(2, 1), y(2, 1);
  x << 0, 1;
  y << 0, 2;
  const auto k = [](double d) { return std::exp(-d * d / 2); };
  const double across = (k(0) + k(2) + k(1) + k(1)) / 4;
  const Mmd got = mmd_rbf(x, y, 1);
  EXPECT_NEAR(got.unbiased, k(1) + k(2) - 2 * across, 1e-14);
  EXPECT_NEAR(got.biased, (1 + k(1)) / 2 + (1 + k(2)) / 2 - 2 * across, 1e-14);
  EXPECT_EQ(got.p_value, 1);
}

TEST(Mmd, KeepsItsDigitsFarFromTheOrigin) {
  const Matrix x = random_matrix(20, 3, 7), y = random_matrix(20, 3, 8, 0.3);
  const Matrix far_x = x.array() + 1e6, far_y = y.array() + 1e6;
  EXPECT_NEAR(mmd_rbf(far_x, far_y, 1).unbiased, mmd_rbf(x, y, 1).unbiased, 1e-8);
}

TEST(Mmd, PermutationsTellAShiftFromNone) {
  const MmdOptions options{.permutations = 199, .seed = 5};
  const Matrix x = random_matrix(60, 3, 9);
  const Mmd apart = mmd_rbf(x, random_matrix(80, 3, 10, 0.6), 1, options);
  EXPECT_EQ(apart.p_value, 1.0 / 200);
  EXPECT_EQ(apart.permuted.size(), 199);
  // p-values of sets of one kind are spread over (0, 1].
  double least = 1, most = 0;
  for (std::uint32_t number = 20; number < 40; ++number) {
    const double p = mmd_rbf(x, random_matrix(80, 3, number), 1, options).p_value;
    least = std::min(least, p);
    most = std::max(most, p);
  }
  EXPECT_LT(least, 0.4);
  EXPECT_GT(least, 1.0 / 200);
  EXPECT_GT(most, 0.6);
}

TEST(Mmd, OfTheSameRowsEverywhereIsATieForEveryRelabelling) {
  const Matrix same = Matrix::Constant(7, 2, 3.25);
  const Mmd got = mmd_rbf(same, same, 0.7, {.permutations = 50});
  EXPECT_NEAR(got.unbiased, 0, 1e-12);
  EXPECT_EQ(got.p_value, 1);
}

TEST(Mmd, HasTheSameBitsOnAnyThreads) {
  const Matrix x = random_matrix(150, 4, 11), y = random_matrix(130, 4, 12);
  Mmd first;
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    const Mmd got = mmd_rbf(x, y, 1.5, {.permutations = 30, .seed = 1});
    if (threads == 1) first = got;
    EXPECT_EQ(got.biased, first.biased);
    EXPECT_TRUE(got.permuted == first.permuted);
  }
}

TEST(Mmd, NamesWhatItCannotWorkOn) {
  const Matrix x = random_matrix(4, 3, 13);
  EXPECT_EQ(error_of([&] { mmd_rbf(x, x.topRows(1), 1); }).kind(), ErrorKind::usage);
  EXPECT_EQ(error_of([&] { mmd_rbf(x, Matrix(0, 3), 1); }).kind(), ErrorKind::nothing_valid);
  EXPECT_EQ(error_of([&] { mmd_rbf(x, random_matrix(4, 2, 1), 1); }).kind(), ErrorKind::mismatch);
  for (const double sigma : {0.0, -1.0, 1e-300, kNaN})
    EXPECT_EQ(error_of([&] { mmd_rbf(x, x, sigma); }).kind(), ErrorKind::usage);
  EXPECT_EQ(error_of([&] { mmd_rbf(x, x, 1, {.permutations = -1}); }).kind(), ErrorKind::usage);
}

TEST(RandomRows, AreAscendingDistinctAndEven) {
  std::vector<int> count(10, 0);
  for (std::int64_t number = 0; number < 2000; ++number) {
    const auto rows = random_rows(10, 4, score_key(1, ScoreDraw::subsample, number, 0));
    ASSERT_EQ(rows.size(), 4u);
    EXPECT_EQ(std::adjacent_find(rows.begin(), rows.end(), std::greater_equal<>()), rows.end());
    for (const std::int64_t row : rows) ++count[static_cast<std::size_t>(row)];
  }
  // 800 expected each, deviation 22.
  for (const int one : count) EXPECT_NEAR(one, 800, 110);
  EXPECT_EQ(random_rows(3, 5, {}), (std::vector<std::int64_t>{0, 1, 2}));
  EXPECT_TRUE(random_rows(3, 0, {}).empty());
  EXPECT_EQ(error_of([] { random_rows(3, -1, {}); }).kind(), ErrorKind::usage);
}

TEST(Wasserstein, OfSmallSamplesByHand) {
  const std::vector<double> zero = {0}, pair = {0, 1}, three = {3, 1, 2};
  EXPECT_DOUBLE_EQ(wasserstein_1d(zero, pair), 0.5);
  EXPECT_DOUBLE_EQ(wasserstein_1d(three, zero), 2);
  EXPECT_DOUBLE_EQ(wasserstein_1d(pair, three), wasserstein_1d(three, pair));
  EXPECT_EQ(wasserstein_1d(three, three), 0);
  // A sample and the same sample twice.
  EXPECT_EQ(wasserstein_1d(pair, std::vector<double>{1, 0, 0, 1}), 0);
  EXPECT_EQ(error_of([&] { wasserstein_1d({}, pair); }).kind(), ErrorKind::nothing_valid);
  EXPECT_EQ(error_of([&] { wasserstein_1d(pair, std::vector<double>{kNaN}); }).kind(),
            ErrorKind::non_finite);
}

TEST(ColumnShifts, AreInUnitsAndStandardised) {
  Matrix x(2, 3), y(4, 3);
  x << 0, 7, 1, 2, 7, 1;
  y << 10, 7, 3, 12, 7, 3, 10, 7, 3, 12, 7, 3;
  const std::vector<ColumnShift> shifts = column_shifts(x, y);
  ASSERT_EQ(shifts.size(), 3u);
  EXPECT_DOUBLE_EQ(shifts[0].source_mean, 1);
  EXPECT_DOUBLE_EQ(shifts[0].target_mean, 11);
  EXPECT_DOUBLE_EQ(shifts[0].wasserstein, 10);
  EXPECT_DOUBLE_EQ(shifts[0].standardised_mean_difference, 10);  // deviation 1 in both
  EXPECT_DOUBLE_EQ(shifts[0].standardised_wasserstein, 10 / std::sqrt(1 + 200.0 / 9));
  EXPECT_EQ(shifts[1].standardised_mean_difference, 0);
  EXPECT_EQ(shifts[1].standardised_wasserstein, 0);
  EXPECT_EQ(shifts[2].standardised_mean_difference, HUGE_VAL);
  EXPECT_DOUBLE_EQ(shifts[2].standardised_wasserstein, 2 / std::sqrt(2.0 / 9 * 4));
  EXPECT_DOUBLE_EQ(mean_shift(shifts),
                   (shifts[0].standardised_wasserstein + shifts[2].standardised_wasserstein) / 3);
  EXPECT_EQ(error_of([&] { column_shifts(x, y.leftCols(2)); }).kind(), ErrorKind::mismatch);
  EXPECT_EQ(error_of([&] { column_shifts(x, Matrix(0, 3)); }).kind(), ErrorKind::nothing_valid);
}

TEST(LaplacianSpectrum, OfGraphsWithKnownEigenvalues) {
  // A single edge has 0 and 2, a triangle 0, 3/2 and 3/2, a lone node 0.
  const GraphSet edges = set_of({path_graph(2), path_graph(2)});
  const GraphSet triangle = set_of({ring_graph(3)}), lone = set_of({graph_of(1, {})});
  EXPECT_NEAR(laplacian_spectrum_shift(edges, triangle), 1.5 / 6 + 0.5 / 2, 1e-12);
  EXPECT_NEAR(laplacian_spectrum_shift(edges, lone), 1, 1e-12);
  EXPECT_NEAR(laplacian_spectrum_shift(edges, edges), 0, 1e-12);
  EXPECT_EQ(error_of([&] { laplacian_spectrum_shift(edges, set_of({})); }).kind(),
            ErrorKind::nothing_valid);
  EXPECT_EQ(error_of([&] { laplacian_spectrum_shift(set_of({graph_of(0, {})}), edges); }).kind(),
            ErrorKind::nothing_valid);
}

TEST(GradientDistance, IsAnAngleAndALength) {
  Vector x(2), y(2);
  x << 3, 0;
  y << 0, 4;
  const GradientDistance across = gradient_distance(x, y);
  EXPECT_DOUBLE_EQ(across.cosine, 1);
  EXPECT_DOUBLE_EQ(across.euclidean, 5);
  EXPECT_EQ(gradient_distance(x, x).cosine, 0);
  EXPECT_DOUBLE_EQ(gradient_distance(x, -2 * x).cosine, 2);
  EXPECT_DOUBLE_EQ(gradient_distance(x, -2 * x).euclidean, 9);
  EXPECT_EQ(error_of([&] { gradient_distance(x, Vector::Zero(2)); }).kind(), ErrorKind::usage);
  EXPECT_EQ(error_of([&] { gradient_distance(x, Vector::Zero(3)); }).kind(), ErrorKind::mismatch);
  EXPECT_EQ(error_of([&] { gradient_distance(x, Vector::Constant(2, kNaN)); }).kind(),
            ErrorKind::non_finite);
  EXPECT_EQ(error_of([&] { gradient_distance({}, {}); }).kind(), ErrorKind::nothing_valid);
}

}  // namespace
}  // namespace aufbau::graphs
