#include "graphs/gromov/transport.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/random.h"
#include "graphs/gromov/mass_units.h"
#include "testing/errors.h"

namespace aufbau::graphs {
namespace {

using aufbau::testing::error_of;
using aufbau::testing::says;

Matrix random_cost(Random& random, Eigen::Index n, Eigen::Index m) {
  return Matrix::NullaryExpr(n, m, [&] { return random.uniform(); });
}

Vector random_weights(Random& random, Eigen::Index n) {
  const Vector weights = Vector::NullaryExpr(n, [&] { return random.uniform() + 0.05; });
  return weights / weights.sum();
}

Vector uniform(Eigen::Index n) { return Vector::Constant(n, 1.0 / static_cast<double>(n)); }

/// Feasible, a vertex, and with prices that prove it optimal.
void expect_optimal(const Matrix& cost, const Vector& p, const Vector& q, const Transport& result) {
  EXPECT_LE((result.coupling.rowwise().sum() - p).cwiseAbs().maxCoeff(), 1e-14);
  EXPECT_LE((result.coupling.colwise().sum().transpose() - q).cwiseAbs().maxCoeff(), 1e-14);
  EXPECT_GE(result.coupling.minCoeff(), 0);
  EXPECT_LE((result.coupling.array() > 0).count(), p.size() + q.size() - 1);
  const double scale = cost.cwiseAbs().maxCoeff();
  for (Eigen::Index i = 0; i < p.size(); ++i)
    for (Eigen::Index j = 0; j < q.size(); ++j) {
      const double slack = cost(i, j) - result.row_price[i] - result.column_price[j];
      EXPECT_GE(slack, -1e-12 * scale);
      if (result.coupling(i, j) > 0) {
        EXPECT_LE(slack, 1e-12 * scale);
      }
    }
  EXPECT_NEAR(result.row_price.dot(p) + result.column_price.dot(q), result.cost, 1e-11 * scale);
}

double best_assignment(const Matrix& cost) {
  std::vector<Eigen::Index> columns(static_cast<std::size_t>(cost.rows()));
  std::iota(columns.begin(), columns.end(), 0);
  double best = std::numeric_limits<double>::infinity();
  do {
    double sum = 0;
    for (std::size_t i = 0; i < columns.size(); ++i)
      sum += cost(static_cast<Eigen::Index>(i), columns[i]);
    best = std::min(best, sum / static_cast<double>(columns.size()));
  } while (std::next_permutation(columns.begin(), columns.end()));
  return best;
}

TEST(OptimalTransport, FindsTheBestAssignment) {
  Random random({1});
  for (int repeat = 0; repeat < 30; ++repeat) {
    const Eigen::Index n = 1 + repeat % 7;
    const Matrix cost = random_cost(random, n, n);
    const Transport result = optimal_transport(cost, uniform(n), uniform(n));
    EXPECT_NEAR(result.cost, best_assignment(cost), 1e-13);
    expect_optimal(cost, uniform(n), uniform(n), result);
  }
}

TEST(OptimalTransport, ProvesItselfForAnyWeights) {
  Random random({2});
  for (const auto& [n, m] : std::vector<std::pair<int, int>>{
           {1, 1}, {1, 7}, {9, 1}, {3, 5}, {17, 17}, {40, 23}, {64, 64}, {150, 90}}) {
    const Matrix cost = random_cost(random, n, m);
    const Vector p = random_weights(random, n), q = random_weights(random, m);
    expect_optimal(cost, p, q, optimal_transport(cost, p, q));
    expect_optimal(cost, uniform(n), uniform(m), optimal_transport(cost, uniform(n), uniform(m)));
  }
}

TEST(OptimalTransport, EndsOnTiesAndConstants) {
  Random random({3});
  const Vector weights = uniform(48);
  Matrix ties(48, 48);
  for (Eigen::Index i = 0; i < 48; ++i)
    for (Eigen::Index j = 0; j < 48; ++j) ties(i, j) = static_cast<double>((i * j) % 3);
  expect_optimal(ties, weights, weights, optimal_transport(ties, weights, weights));
  const Matrix constant = Matrix::Constant(48, 48, 1e6);
  expect_optimal(constant, weights, weights, optimal_transport(constant, weights, weights));
  // Large and alike: what tells the costs apart must not be lost.
  const Matrix shifted = random_cost(random, 48, 48).array() + 1e6;
  expect_optimal(shifted, weights, weights, optimal_transport(shifted, weights, weights));
}

TEST(OptimalTransport, LeavesPointsWithoutMassAlone) {
  Random random({4});
  const Matrix cost = random_cost(random, 4, 3);
  const Vector p{{0.0, 0.5, 0.5, 0.0}}, q{{0.25, 0.0, 0.75}};
  const Transport result = optimal_transport(cost, p, q);
  expect_optimal(cost, p, q, result);
  EXPECT_EQ(result.coupling.row(0).cwiseAbs().sum() + result.coupling.row(3).cwiseAbs().sum(), 0);
}

TEST(OptimalTransport, OnTheLineIsTheSortedCoupling) {
  Random random({5});
  const Vector x = random_weights(random, 12), y = random_weights(random, 19);
  const Vector p = random_weights(random, 12), q = random_weights(random, 19);
  const Matrix cost = (x.replicate(1, 19) - y.transpose().replicate(12, 1)).array().square();
  const Matrix sorted = sorted_coupling(x, y, p, q);
  EXPECT_NEAR((sorted.array() * cost.array()).sum(), optimal_transport(cost, p, q).cost, 1e-14);
}

TEST(MonotoneCoupling, OfEqualWeightsIsExact) {
  const Matrix identity = monotone_coupling(uniform(12), uniform(12));
  EXPECT_EQ(identity, Matrix(Matrix::Identity(12, 12) / 12.0));
  const Matrix refined = monotone_coupling(uniform(2), uniform(6));
  EXPECT_EQ(refined.row(0), Eigen::RowVectorXd({{1 / 6.0, 1 / 6.0, 1 / 6.0, 0, 0, 0}}));
  const Matrix mixed = monotone_coupling(Vector{{0.25, 0.75}}, Vector{{0.5, 0.0, 0.5}});
  EXPECT_EQ(mixed, (Matrix{{0.25, 0.0, 0.0}, {0.25, 0.0, 0.5}}));
}

TEST(OptimalTransport, RefusesWhatItCannotCarry) {
  const Matrix cost = Matrix::Ones(2, 2);
  const Vector half = uniform(2);
  EXPECT_TRUE(says(error_of([&] { optimal_transport(cost, uniform(3), half); }), "2 x 2"));
  EXPECT_TRUE(says(error_of([&] { optimal_transport(cost, 2 * half, half); }), "sum to 2"));
  EXPECT_TRUE(says(error_of([&] { optimal_transport(cost, Vector{{1.5, -0.5}}, half); }), "-0.5"));
  EXPECT_TRUE(says(error_of([&] { optimal_transport(Matrix(0, 0), {}, {}); }), "empty"));
  EXPECT_TRUE(says(error_of([&] { optimal_transport(cost, Vector::Zero(2), half); }), "sum to 0"));
  EXPECT_EQ(error_of([&] {
              optimal_transport(cost * std::numeric_limits<double>::quiet_NaN(), half, half);
            }).kind(),
            ErrorKind::non_finite);
}

}  // namespace
}  // namespace aufbau::graphs
