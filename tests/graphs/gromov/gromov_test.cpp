// What must hold for any networks: closed forms, invariances, certificates, edge cases.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <set>

#include "core/parallel.h"
#include "core/random.h"
#include "graphs/gromov/aligned.h"
#include "graphs/gromov/bounds.h"
#include "graphs/gromov/cut_norm.h"
#include "graphs/gromov/distances.h"
#include "graphs/gromov/entropic.h"
#include "graphs/gromov/exchange.h"
#include "graphs/gromov/mass_units.h"
#include "graphs/gromov/starts.h"
#include "graphs/gromov/transport.h"
#include "testing/errors.h"

namespace aufbau::graphs {
namespace {

using aufbau::testing::error_of;
using aufbau::testing::says;

constexpr GromovLoss kLosses[] = {GromovLoss::square, GromovLoss::half_square, GromovLoss::kl};

MeasureNetwork random_network(std::uint64_t seed, Eigen::Index n, bool symmetric = true,
                              bool equal_weights = true) {
  Random random({seed});
  Matrix values = Matrix::NullaryExpr(n, n, [&] { return 0.05 + 0.9 * random.uniform(); });
  if (symmetric) values = (values + values.transpose()).eval() / 2;
  MeasureNetwork network = uniform_network(std::move(values));
  if (!equal_weights) {
    network.weights = Vector::NullaryExpr(n, [&] { return 0.2 + random.uniform(); });
    network.weights /= network.weights.sum();
  }
  return network;
}

/// The objective as it is defined, pair of pairs by pair of pairs.
double direct_value(const MeasureNetwork& a, const MeasureNetwork& b, GromovLoss loss,
                    const Matrix& t) {
  double sum = 0;
  for (Eigen::Index i = 0; i < a.size(); ++i)
    for (Eigen::Index j = 0; j < b.size(); ++j)
      for (Eigen::Index k = 0; k < a.size(); ++k)
        for (Eigen::Index l = 0; l < b.size(); ++l)
          sum += pair_loss(loss, a.values(i, k), b.values(j, l)) * t(i, j) * t(k, l);
  return sum;
}

TEST(GromovProblem, IsTheSumOverPairs) {
  for (const GromovLoss loss : kLosses)
    for (const bool symmetric : {true, false}) {
      const MeasureNetwork a = random_network(1, 5, symmetric, false);
      const MeasureNetwork b = random_network(2, 4, symmetric, false);
      const GromovProblem problem = gromov_problem(a, b, loss);
      const Matrix t =
          0.3 * monotone_coupling(a.weights, b.weights) + 0.7 * a.weights * b.weights.transpose();
      EXPECT_NEAR(problem.value(t), direct_value(a, b, loss, t), 1e-13);
      // The gradient, along a direction that keeps the sums.
      Matrix direction = Matrix::Zero(5, 4);
      direction(1, 2) = direction(3, 0) = 1e-4;
      direction(1, 0) = direction(3, 2) = -1e-4;
      const Matrix gradient = problem.linear + problem.curvature(t);
      const double slope = (problem.value(t + direction) - problem.value(t - direction)) / 2;
      EXPECT_NEAR((gradient.array() * direction.array()).sum(), slope, 1e-14);
    }
}

TEST(GromovWasserstein, OfConstantsHasAClosedForm) {
  const double a = 0.3, b = 0.8;
  const MeasureNetwork first = uniform_network(Matrix::Constant(5, 5, a));
  const MeasureNetwork second = uniform_network(Matrix::Constant(7, 7, b));
  const double expected[] = {(a - b) * (a - b), (a - b) * (a - b) / 2, a * std::log(a / b) - a + b};
  for (std::size_t i = 0; i < 3; ++i) {
    GromovSearch search;
    search.loss = kLosses[i];
    EXPECT_NEAR(gromov_wasserstein(first, second, search).value, expected[i], 1e-13);
  }
}

TEST(GromovWasserstein, DoesNotSeeTheOrderOfThePoints) {
  const MeasureNetwork a = random_network(3, 9);
  std::vector<std::int32_t> order = {4, 7, 0, 8, 2, 5, 1, 3, 6};
  const MeasureNetwork b = uniform_network(a.values(order, order));
  const GromovResult same = gromov_wasserstein(a, b);
  EXPECT_NEAR(same.value, 0, 1e-14);
  // The coupling found is the renumbering itself: a(order[j]) is b(j).
  for (std::size_t j = 0; j < order.size(); ++j)
    EXPECT_EQ(same.coupling(order[j], static_cast<Eigen::Index>(j)), 1.0 / 9);
}

TEST(GromovWasserstein, DoesNotSeeTheRefinement) {
  const MeasureNetwork coarse = random_network(4, 3, true, false);
  MeasureNetwork fine{Matrix(6, 6), Vector(6)};
  for (Eigen::Index i = 0; i < 6; ++i) {
    fine.weights[i] = coarse.weights[i / 2] * (i % 2 == 0 ? 0.25 : 0.75);
    for (Eigen::Index j = 0; j < 6; ++j) fine.values(i, j) = coarse.values(i / 2, j / 2);
  }
  EXPECT_NEAR(gromov_wasserstein(coarse, fine).value, 0, 1e-13);
  EXPECT_NEAR(aligned_l1(coarse, fine), 0, 1e-13);
}

TEST(GromovWasserstein, LiesBetweenItsBounds) {
  for (std::uint64_t seed = 10; seed < 22; ++seed)
    for (const GromovLoss loss : kLosses) {
      const MeasureNetwork a = random_network(seed, 4 + seed % 5, seed % 3 != 0, seed % 2 == 0);
      const MeasureNetwork b = random_network(seed + 100, 5 + seed % 4, seed % 3 != 0, true);
      GromovSearch search;
      search.loss = loss;
      const GromovResult result = gromov_wasserstein(a, b, search);
      const GromovBounds bounds = gromov_bounds(a, b, loss);
      EXPECT_LE(bounds.lower(), result.value + 1e-12);
      EXPECT_LE(result.value, bounds.upper() + 1e-12);
      for (const GromovDescent& descent : result.descents) {
        EXPECT_LE(descent.value, descent.start_value + 1e-12) << descent.name;
        EXPECT_GE(descent.value, result.value - 1e-14);
      }
    }
}

TEST(ExchangeMass, LeavesNoRectangleThatGains) {
  const MeasureNetwork a = random_network(30, 8, false, false), b = random_network(31, 6, false);
  for (const GromovLoss loss : kLosses) {
    const GromovProblem problem = gromov_problem(a, b, loss);
    Matrix coupling = monotone_coupling(a.weights, b.weights);
    const double before = problem.value(coupling);
    EXPECT_TRUE(exchange_mass(problem, coupling, 1e-12));
    EXPECT_NO_THROW(require_coupling(problem, coupling));
    const double value = problem.value(coupling);
    EXPECT_LT(value, before);
    for (Eigen::Index i = 0; i < 8; ++i)
      for (Eigen::Index k = 0; k < 8; ++k)
        for (Eigen::Index j = 0; j < 6; ++j)
          for (Eigen::Index l = 0; l < 6; ++l) {
            const double mass = std::min(coupling(i, j), coupling(k, l));
            if (i == k || j == l || mass == 0) continue;
            Matrix moved = coupling;
            moved(i, j) -= mass, moved(k, l) -= mass, moved(i, l) += mass, moved(k, j) += mass;
            EXPECT_GE(problem.value(moved), value - 1e-11);
          }
    EXPECT_FALSE(exchange_mass(problem, coupling, 1e-12));
  }
}

TEST(FusedGromovWasserstein, MixesStructureAndAttributes) {
  const MeasureNetwork a = random_network(40, 7, true, false), b = random_network(41, 5);
  Random random({42});
  const Matrix cost = Matrix::NullaryExpr(7, 5, [&] { return random.uniform(); });
  EXPECT_NEAR(fused_gromov_wasserstein(a, b, cost, 0).value,
              optimal_transport(cost, a.weights, b.weights).cost, 1e-14);
  const double structure = gromov_wasserstein(a, b).value;
  EXPECT_LE(fused_gromov_wasserstein(a, b, cost, 1).value, structure + 1e-12);
  const GromovResult mixed = fused_gromov_wasserstein(a, b, cost, 0.6);
  EXPECT_NEAR(mixed.value,
              0.6 * direct_value(a, b, GromovLoss::square, mixed.coupling) +
                  0.4 * (cost.array() * mixed.coupling.array()).sum(),
              1e-13);
  // Attributes that tell all points apart decide which point goes where.
  const MeasureNetwork ring = uniform_network(Matrix::Constant(5, 5, 0.5));
  Matrix label = Matrix::Ones(5, 5);
  for (Eigen::Index i = 0; i < 5; ++i) label(i, (i + 2) % 5) = 0;
  const GromovResult labelled = fused_gromov_wasserstein(ring, ring, label, 0.5);
  EXPECT_NEAR(labelled.value, 0, 1e-14);
  for (Eigen::Index i = 0; i < 5; ++i) EXPECT_EQ(labelled.coupling(i, (i + 2) % 5), 0.2);
  EXPECT_TRUE(says(error_of([&] { fused_gromov_wasserstein(a, b, label, 0.5); }), "5 x 5"));
  EXPECT_TRUE(says(error_of([&] { fused_gromov_wasserstein(a, b, cost, 1.5); }), "1.5"));
  EXPECT_TRUE(says(error_of([&] { fused_gromov_wasserstein(a, b, -cost, 0.5); }), "below 0"));
}

TEST(GromovWassersteinBatch, GivesTheSameBitsOnAnyNumberOfThreads) {
  std::vector<MeasureNetwork> networks;
  for (std::uint64_t seed = 0; seed < 5; ++seed) networks.push_back(random_network(seed, 6 + seed));
  std::vector<NetworkPair> pairs;
  for (const MeasureNetwork& a : networks)
    for (const MeasureNetwork& b : networks) pairs.push_back({&a, &b});
  std::vector<GromovResult> results[2];
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    results[threads - 1] = gromov_wasserstein_batch(pairs);
  }
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    EXPECT_EQ(results[0][i].value, results[1][i].value);
    EXPECT_EQ(results[0][i].coupling, results[1][i].coupling);
    EXPECT_EQ(results[0][i].value, gromov_wasserstein(*pairs[i].a, *pairs[i].b).value);
  }
}

TEST(EntropicGromovWasserstein, HasTheSumsOfTheWeightsAndStandsStill) {
  for (const GromovLoss loss : kLosses)
    for (const bool symmetric : {true, false}) {
      const MeasureNetwork a = random_network(50, 8, symmetric, false);
      MeasureNetwork b = random_network(51, 6, symmetric);
      b.weights << 0.25, 0.25, 0.0, 0.25, 0.125, 0.125;  // one point without mass
      const GromovProblem problem = gromov_problem(a, b, loss);
      const EntropicResult result =
          entropic_gromov_wasserstein(problem, {.epsilon = 0.02, .start = {}});
      EXPECT_TRUE(result.converged) << result.iterations;
      EXPECT_LE(result.marginal_gap, 1e-10);
      EXPECT_LE(result.residual, 1e-9);
      EXPECT_EQ(result.coupling.col(2).sum(), 0);
    }
}

TEST(EntropicGromovWasserstein, SaysWhenItDidNotConverge) {
  const MeasureNetwork a = random_network(52, 8), b = random_network(53, 8);
  const GromovProblem problem = gromov_problem(a, b, GromovLoss::square);
  EXPECT_FALSE(
      entropic_gromov_wasserstein(problem, {.epsilon = 0.01, .max_iterations = 3, .start = {}})
          .converged);
  // Not even the sums are right yet, and the residual says so.
  EXPECT_GT(
      entropic_gromov_wasserstein(problem, {.epsilon = 1e-5, .max_iterations = 1, .start = {}})
          .residual,
      1e-3);
  EXPECT_TRUE(says(error_of([&] { entropic_gromov_wasserstein(problem, {}); }), "epsilon is 0"));
}

TEST(CutNorm, OfASmallDifferenceIsCountedByHand) {
  // 2 x 2 with weights 1/2: the best cut takes the two positive cells of the first row.
  const MeasureNetwork difference = uniform_network(Matrix{{0.4, 0.2}, {-0.3, 0.1}});
  EXPECT_NEAR(cut_norm_exact(difference), 0.6 / 4, 1e-15);
  EXPECT_NEAR(cut_norm_lower(difference), 0.6 / 4, 1e-15);
  EXPECT_GE(cut_norm_upper(difference), 0.6 / 4);
  EXPECT_EQ(cut_norm_exact(uniform_network(Matrix::Constant(1, 1, -0.5))), 0.5);
}

TEST(CutNorm, BoundsEncloseTheExactOne) {
  Random random({60});
  for (int repeat = 0; repeat < 20; ++repeat) {
    MeasureNetwork difference = random_network(600 + static_cast<std::uint64_t>(repeat),
                                               2 + repeat % 9, false, repeat % 2 == 0);
    difference.values.array() -= 0.5;
    const double exact = cut_norm_exact(difference);
    EXPECT_LE(cut_norm_lower(difference), exact + 1e-14);
    EXPECT_GE(cut_norm_lower(difference), 0.5 * exact);
    EXPECT_GE(cut_norm_upper(difference), exact - 1e-14);
  }
  EXPECT_TRUE(says(error_of([] { cut_norm_exact(random_network(1, 21)); }), "21 points"));
}

TEST(GraphonDistances, HoldWhatTheirNamesPromise) {
  std::set<std::string> names;
  const MeasureNetwork a = random_network(70, 8), b = random_network(71, 8);
  std::vector<std::int32_t> order = {3, 1, 7, 0, 6, 2, 5, 4};
  const MeasureNetwork renumbered = uniform_network(a.values(order, order));
  std::map<std::string, double> value;
  for (const GraphonDistance& distance : graphon_distances()) {
    EXPECT_TRUE(names.insert(distance.name).second) << distance.name;
    EXPECT_STRNE(distance.summary, "");
    EXPECT_NEAR(distance.between(a, a), 0, 1e-7) << distance.name;
    value[distance.name] = distance.between(a, b);
    EXPECT_GT(value[distance.name], 0) << distance.name;
    if (std::string(distance.name) != "gw-upper-monotone") {
      EXPECT_NEAR(distance.between(renumbered, a), 0, 1e-7) << distance.name;
    }
    const std::vector<double> batch = pairwise_distances(distance, {{&a, &b}, {&b, &a}});
    EXPECT_EQ(batch[0], value[distance.name]);
  }
  EXPECT_LE(value["gw-lower-degree"], value["gw"]);
  EXPECT_LE(value["gw-lower-spectral"], value["gw"]);
  EXPECT_LE(value["gw"], value["gw-upper-monotone"]);
  EXPECT_LE(value["gw"], value["gw-upper-aligned"]);
  EXPECT_NEAR(value["gw-upper-aligned"], value["aligned-l2"], 1e-12);  // equal weights, one size
  EXPECT_LE(value["cut-lower"], value["cut-upper"]);
  EXPECT_LE(value["cut-upper"], value["aligned-l1"]);
  EXPECT_LE(value["aligned-l1"], value["aligned-l2"]);
  EXPECT_TRUE(says(error_of([] { graphon_distance("gw-upper-monoton"); }), "gw-upper-monotone"));
}

TEST(MeasureNetwork, IsCheckedBeforeUse) {
  const MeasureNetwork good = random_network(80, 3);
  const auto refused = [&](MeasureNetwork bad, const char* words) {
    return says(error_of([&] { gromov_wasserstein(good, bad); }), words) &&
           says(error_of([&] { aligned_l1(bad, good); }), words) &&
           says(error_of([&] { degree_lower_bound(bad, good); }), words) &&
           says(error_of([&] { cut_norm_upper(bad); }), words);
  };
  EXPECT_TRUE(refused({}, "no points"));
  EXPECT_TRUE(refused({Matrix::Ones(2, 3), Vector::Ones(2) / 2}, "2 x 3"));
  EXPECT_TRUE(refused({Matrix::Ones(2, 2), Vector::Ones(3) / 3}, "3 weights"));
  EXPECT_TRUE(refused({Matrix::Ones(2, 2), Vector::Ones(2)}, "sum to 2"));
  EXPECT_TRUE(refused({Matrix::Ones(2, 2), Vector{{1.5, -0.5}}}, "-0.5"));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(refused(uniform_network(Matrix::Constant(2, 2, nan)), "not finite"));
  GromovSearch search;
  search.loss = GromovLoss::kl;
  EXPECT_TRUE(says(error_of([&] {
                     gromov_wasserstein(good, uniform_network(Matrix::Constant(2, 2, -1)), search);
                   }),
                   "'kl'"));
  search.loss = GromovLoss::square;
  search.further_starts = {Matrix::Ones(3, 3)};
  EXPECT_TRUE(says(error_of([&] { gromov_wasserstein(good, good, search); }), "misses"));
  EXPECT_TRUE(says(error_of([] { permutation_coupling({0, 2, 2}); }), "entry 2"));
  // One point on each side is a network too.
  const MeasureNetwork one = uniform_network(Matrix::Constant(1, 1, 0.25));
  EXPECT_NEAR(gromov_wasserstein(one, uniform_network(Matrix::Constant(1, 1, 0.75))).value, 0.25,
              1e-15);
}

}  // namespace
}  // namespace aufbau::graphs
