#include <gtest/gtest.h>

#include <numeric>

#include "report/transfer/selection/bounded_mixture.h"
#include "report/transfer/selection/selection.h"
#include "report/transfer/selection_sets.h"
#include "testing/errors.h"

namespace aufbau::report {
namespace {

using graphs::Matrix;
using graphs::SquareTerms;
using graphs::Vector;
using testing::error_of;

SquareTerms random_terms(Eigen::Index parts, Eigen::Index cells, std::uint32_t number) {
  Random random({.purpose = Purpose::test, .item = number});
  Matrix rows(parts, cells);
  Vector target(cells);
  for (Eigen::Index i = 0; i < parts; ++i)
    for (Eigen::Index j = 0; j < cells; ++j) rows(i, j) = random.uniform();
  for (Eigen::Index j = 0; j < cells; ++j) target[j] = random.uniform();
  return {rows * rows.transpose(), rows * target, target.squaredNorm()};
}

/// By brute force: every choice of the parts that are at their limit, the rest on a simplex of what
/// is left, where that keeps the limits.
double least_value(const SquareTerms& terms, const Vector& most) {
  double least = std::numeric_limits<double>::infinity();
  for (std::uint32_t mask = 0; mask < 1u << most.size(); ++mask) {
    Vector fixed = Vector::Zero(most.size());
    std::vector<Eigen::Index> open;
    for (Eigen::Index j = 0; j < most.size(); ++j) {
      if (mask >> j & 1) {
        fixed[j] = most[j];
      } else {
        open.push_back(j);
      }
    }
    const double left = 1 - fixed.sum();
    if (left < -1e-12) continue;
    if (open.empty() || left < 1e-12) {
      if (std::abs(left) < 1e-12) least = std::min(least, terms.value(fixed));
      continue;
    }
    const Matrix H = terms.H(open, open);
    const Vector c = (terms.c - terms.H * fixed)(open);
    const Vector alpha = left * graphs::simplex_qp(left * left * H, left * c).alpha;
    bool is_within = true;
    for (std::size_t i = 0; i < open.size(); ++i) {
      const Eigen::Index j = open[i];
      fixed[j] = alpha[static_cast<Eigen::Index>(i)];
      is_within &= fixed[j] <= most[j] + 1e-12;
    }
    if (is_within) least = std::min(least, terms.value(fixed));
  }
  return least;
}

TEST(BoundedMixture, IsTheBestWithinTheLimits) {
  for (std::uint32_t number = 0; number < 40; ++number) {
    // Few cells: singular H, many minima.
    const SquareTerms terms = random_terms(5, number % 2 == 0 ? 3 : 30, number);
    Random random({.purpose = Purpose::test, .epoch = 1, .item = number});
    Vector most(5);
    for (Eigen::Index j = 0; j < 5; ++j) most[j] = 0.1 + 0.4 * random.uniform();
    if (most.sum() < 1) most *= 1.05 / most.sum();
    const Vector weights = bounded_weights(terms, most);
    EXPECT_NEAR(weights.sum(), 1, 1e-12);
    EXPECT_GE(weights.minCoeff(), 0);
    EXPECT_LE((weights - most).maxCoeff(), 1e-12);
    EXPECT_NEAR(terms.value(weights), least_value(terms, most), 1e-10) << number;
  }
}

TEST(BoundedMixture, WithoutLimitsIsThePlainFit) {
  const SquareTerms terms = random_terms(4, 20, 9);
  const Vector weights = bounded_weights(terms, Vector::Ones(4));
  EXPECT_NEAR((weights - graphs::fit_mixture(terms).alpha).cwiseAbs().maxCoeff(), 0, 1e-7);
  EXPECT_EQ(error_of([&] { bounded_weights(terms, Vector::Constant(4, 0.2)); }).kind(),
            ErrorKind::usage);
}

TEST(BoundedMixture, SharesAddUp) {
  const Vector weights{{0.5, 0.3, 0.2, 0}};
  EXPECT_EQ(shares_of(10, weights, {9, 9, 9, 9}), (std::vector<std::int64_t>{5, 3, 2, 0}));
  EXPECT_EQ(shares_of(7, weights, {9, 9, 9, 9}), (std::vector<std::int64_t>{4, 2, 1, 0}));
  EXPECT_EQ(shares_of(3, Vector::Constant(4, 0.25), {1, 1, 1, 1}),
            (std::vector<std::int64_t>{1, 1, 1, 0}));
  const Vector limits{{1.0 / 7, 6.0 / 7}};
  EXPECT_EQ(shares_of(7, limits, {1, 6}), (std::vector<std::int64_t>{1, 6}));
}

std::vector<data::Dataset> two_sources() {
  std::vector<data::Dataset> sources;
  sources.push_back(random_set("sparse.h5", 900, kSparse, 1));
  sources.push_back(random_set("dense.h5", 400, kDense, 2));
  return sources;
}

TEST(SelectionByMixture, RecoversTheSharesOfTheTarget) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_set("target.h5", 500, kSparse, 3, 350, kDense);
  const Selection selection = choose_mixture(problem_of(sources, target, 500));
  EXPECT_NEAR(selection.parts[0].weight, 0.7, 0.04);
  EXPECT_NEAR(static_cast<double>(selection.sizes()[0]), 500 * selection.parts[0].weight, 1);
  EXPECT_EQ(size_of(selection), 500);
  // Without a budget the proportions stay, and one part is used up.
  const Selection most = choose_mixture(problem_of(sources, target, 0));
  EXPECT_EQ(most.parts[0].weight, selection.parts[0].weight);
  EXPECT_TRUE(most.sizes()[0] >= 899 || most.sizes()[1] >= 399);
  EXPECT_NEAR(static_cast<double>(most.sizes()[0]) / static_cast<double>(size_of(most)),
              most.parts[0].weight, 0.002);
}

TEST(SelectionByMixture, FillsUpWhereAPartRunsOut) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_set("target.h5", 500, kDense, 3, 400, kSparse);
  const Selection selection = choose_mixture(problem_of(sources, target, 1000));
  EXPECT_EQ(selection.sizes(), (std::vector<std::int64_t>{600, 400}));
  EXPECT_NEAR(selection.parts[1].weight, 0.4, 1e-12);
  EXPECT_NE(selection.parts[1].reason.find("all it has"), std::string::npos);
  EXPECT_NE(selection.parts[0].reason.find("other parts have run out"), std::string::npos);
}

TEST(SelectionByMixture, PartsOfSeveralSourcesHaveARowForEach) {
  const std::vector<data::Dataset> sources = two_sources();
  const data::Dataset target = random_set("target.h5", 100, kEven, 3);
  SelectionProblem problem = problem_of(sources, target, 300);
  problem.measure.bases = {"integr"};
  const Selection selection = choose_mixture(problem);
  ASSERT_EQ(selection.parts.size(), 2u);
  EXPECT_EQ(selection.parts[0].part, selection.parts[1].part);
  EXPECT_EQ(selection.parts[0].weight, 1);
  // 300 of 1,300 at random: 207.7 of the first on average, standard deviation 7.
  EXPECT_NEAR(static_cast<double>(selection.parts[0].chosen), 207.7, 35);
  EXPECT_EQ(selection.parts[0].chosen + selection.parts[1].chosen, 300);
  problem.measure.bases.clear();
  EXPECT_EQ(error_of([&] { choose_mixture(problem); }).kind(), ErrorKind::usage);
}

}  // namespace
}  // namespace aufbau::report
