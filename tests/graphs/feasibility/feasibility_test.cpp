// What must hold for any bases and targets.
#include <gtest/gtest.h>

#include <limits>

#include "core/random.h"
#include "graphs/feasibility/compat_fit.h"
#include "graphs/feasibility/gromov_mixture.h"
#include "testing/errors.h"

namespace aufbau::graphs {
namespace {

using aufbau::testing::error_of;
using aufbau::testing::says;

Matrix random_graphon(Random& random, Eigen::Index n) {
  const Matrix values = Matrix::NullaryExpr(n, n, [&] { return random.uniform(); });
  return 0.05 + 0.9 * ((values + values.transpose()) / 2).array();
}

/// The least value over all supports, each by its own equations: slow and plain.
double enumerated(const Matrix& H, const Vector& c) {
  const Eigen::Index k = c.size();
  double best = std::numeric_limits<double>::infinity();
  for (int set = 1; set < 1 << k; ++set) {
    // Projected gradient would do for any support; coordinate pairs end at the same minimum.
    Vector alpha = Vector::Zero(k);
    Eigen::Index members = 0;
    for (Eigen::Index j = 0; j < k; ++j)
      if (set >> j & 1) ++members;
    for (Eigen::Index j = 0; j < k; ++j)
      if (set >> j & 1) alpha[j] = 1.0 / static_cast<double>(members);
    for (int sweep = 0; sweep < 2000; ++sweep)
      for (Eigen::Index i = 0; i < k; ++i)
        for (Eigen::Index j = 0; j < i; ++j) {
          if (!(set >> i & 1) || !(set >> j & 1)) continue;
          const Vector gradient = H * alpha - c;
          const double bend = H(i, i) + H(j, j) - 2 * H(i, j);
          if (bend <= 1e-14) continue;
          const double move = std::clamp((gradient[j] - gradient[i]) / bend, -alpha[i], alpha[j]);
          alpha[i] += move;
          alpha[j] -= move;
        }
    best = std::min(best, alpha.dot(H * alpha - 2 * c));
  }
  return best;
}

TEST(SimplexQp, FindsTheMinimumOfSmallProblems) {
  Random random({1});
  for (int repeat = 0; repeat < 40; ++repeat) {
    const Eigen::Index k = 1 + repeat % 4, rank = 1 + repeat % 3;  // H is often singular
    const Matrix points = Matrix::NullaryExpr(k, rank, [&] { return random.uniform() - 0.5; });
    const Vector c = points * Vector::NullaryExpr(rank, [&] { return random.uniform() - 0.5; });
    const Matrix H = points * points.transpose();
    const SimplexMinimum minimum = simplex_qp(H, c);
    EXPECT_NEAR(minimum.value, enumerated(H, c), 1e-10);
    EXPECT_NEAR(minimum.alpha.sum(), 1, 1e-14);
    EXPECT_GE(minimum.alpha.minCoeff(), 0);
    EXPECT_LE(minimum.kkt_residual, 1e-13);
  }
}

TEST(SimplexQp, IsExactForManyBases) {
  Random random({2});
  for (const auto& [k, rank] : std::vector<std::pair<int, int>>{
           {10, 40}, {30, 100}, {30, 5}, {60, 200}, {60, 8}, {100, 30}}) {
    const Matrix points = Matrix::NullaryExpr(k, rank, [&] { return random.uniform(); });
    const Vector target = Vector::NullaryExpr(rank, [&] { return 0.2 + 0.6 * random.uniform(); });
    const SimplexMinimum minimum = simplex_qp(points * points.transpose(), points * target);
    EXPECT_LE(minimum.kkt_residual, 1e-11) << k << " bases of rank " << rank;
    EXPECT_NEAR(minimum.alpha.sum(), 1, 1e-13);
    EXPECT_LE((minimum.alpha.array() > 0).count(), rank + 1);  // affinely independent
  }
}

TEST(SimplexQp, HandlesDuplicatesAndZeroes) {
  const Matrix ones = Matrix::Ones(5, 5);
  const SimplexMinimum duplicates = simplex_qp(ones, Vector::Constant(5, 0.3));
  EXPECT_EQ(duplicates.alpha, Vector::Unit(5, 0));
  EXPECT_NEAR(duplicates.value, 1 - 0.6, 1e-15);
  const SimplexMinimum zero = simplex_qp(Matrix::Zero(3, 3), Vector{{1.0, 3.0, 2.0}});
  EXPECT_EQ(zero.alpha, Vector::Unit(3, 1));
  // Scales far from 1 change nothing.
  Random random({3});
  const Matrix points = Matrix::NullaryExpr(6, 9, [&] { return random.uniform(); });
  const Vector c = points * Vector::Constant(9, 0.5);
  const Vector alpha = simplex_qp(points * points.transpose(), c).alpha;
  for (const double scale : {1e-12, 1e12})
    EXPECT_LE((simplex_qp(scale * points * points.transpose(), scale * c).alpha - alpha)
                  .cwiseAbs()
                  .maxCoeff(),
              1e-10);
}

TEST(SimplexQp, RefusesWhatIsNoSuchProblem) {
  EXPECT_TRUE(says(error_of([] { simplex_qp(Matrix(0, 0), Vector(0)); }), "no basis"));
  EXPECT_TRUE(says(error_of([] { simplex_qp(Matrix::Ones(2, 3), Vector::Ones(2)); }), "2 x 3"));
  EXPECT_TRUE(says(error_of([] {
                     simplex_qp(Matrix{{1.0, 0.5}, {0.0, 1.0}}, Vector::Ones(2));
                   }),
                   "not symmetric"));
  EXPECT_TRUE(says(error_of([] {
                     simplex_qp(Matrix{{1.0, 2.0}, {2.0, 1.0}}, Vector::Ones(2));
                   }),
                   "semidefinite"));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(error_of([&] { simplex_qp(Matrix::Ones(1, 1), Vector::Constant(1, nan)); }).kind(),
            ErrorKind::non_finite);
}

TEST(GeneratorSpace, RecoversAMixture) {
  Random random({4});
  std::vector<Matrix> bases;
  for (int j = 0; j < 5; ++j) bases.push_back(random_graphon(random, 12));
  const GeneratorSpace space(bases);
  const Vector alpha{{0.1, 0.0, 0.4, 0.2, 0.3}};
  const MixtureFit fit = fit_mixture(space.terms(space.mixture(alpha)));
  EXPECT_LE((fit.alpha - alpha).cwiseAbs().maxCoeff(), 1e-12);
  EXPECT_NEAR(fit.value, 0, 1e-15);
  EXPECT_LE(fit.value, fit.uniform_value);
  EXPECT_LE(fit.value, fit.single_value);
}

TEST(GeneratorSpace, RefusesWhatDoesNotFit) {
  EXPECT_TRUE(says(error_of([] { GeneratorSpace({}); }), "no basis"));
  EXPECT_TRUE(says(error_of([] { GeneratorSpace({Matrix(0, 0)}); }), "no cells"));
  EXPECT_TRUE(says(error_of([] {
                     GeneratorSpace({Matrix::Ones(2, 2), Matrix::Ones(3, 3)});
                   }),
                   "basis 1 is 3 x 3"));
  const GeneratorSpace space({Matrix::Ones(2, 2), Matrix::Zero(2, 2)});
  EXPECT_TRUE(says(error_of([&] { space.terms(Matrix::Ones(3, 3)); }), "3 x 3"));
  EXPECT_TRUE(says(error_of([&] { space.mixture(Vector::Ones(2)); }), "sum to 2"));
  EXPECT_TRUE(says(error_of([&] { space.mixture(Vector::Ones(1)); }), "1 weights for 2"));
}

TEST(EnvelopeGradient, IsTheSlopeAtAFixedCoupling) {
  Random random({5});
  std::vector<Matrix> bases;
  for (int j = 0; j < 3; ++j) bases.push_back(random_graphon(random, 6));
  const GeneratorSpace space(bases);
  const Matrix target = random_graphon(random, 6);
  const Vector alpha{{0.2, 0.5, 0.3}};
  const Matrix coupling = 0.5 * Matrix::Identity(6, 6) / 6 + 0.5 * Matrix::Constant(6, 6, 1 / 36.0);
  for (const GromovLoss loss : {GromovLoss::square, GromovLoss::half_square, GromovLoss::kl}) {
    const auto value = [&](const Vector& weights) {
      return gromov_problem(uniform_network(space.mixture(weights)), uniform_network(target), loss)
          .value(coupling);
    };
    const EnvelopeGradient gradient = envelope_gradient(space, alpha, target, coupling, loss);
    const Vector along{{1e-5, -1e-5, 0.0}};
    EXPECT_NEAR(gradient.alpha.dot(along), (value(alpha + along) - value(alpha - along)) / 2,
                1e-13);
    // Through the softmax: logits log alpha, moved one by one.
    for (Eigen::Index j = 0; j < 3; ++j) {
      const auto softmax = [&](double step) -> Vector {
        Vector weights = alpha;
        weights[j] *= std::exp(step);
        return weights / weights.sum();
      };
      EXPECT_NEAR(gradient.logits[j], (value(softmax(1e-5)) - value(softmax(-1e-5))) / 2e-5, 1e-8);
    }
  }
}

TEST(MinimiseGromov, NeverEndsAboveTheAlignedFit) {
  Random random({6});
  for (int repeat = 0; repeat < 3; ++repeat) {
    std::vector<Matrix> bases;
    for (int j = 0; j < 4; ++j) bases.push_back(random_graphon(random, 7));
    const GeneratorSpace space(bases);
    const Matrix target = random_graphon(random, 7);
    const MixtureFit fit = fit_mixture(space.terms(target));
    const double aligned = mixture_bounds(space, fit.alpha, target).searched;
    for (const GromovLoss loss : {GromovLoss::square, GromovLoss::kl}) {
      GromovSearch search;
      search.loss = loss;
      const GromovMixture best = minimise_gromov(space, target, search);
      EXPECT_TRUE(best.converged);
      if (loss == GromovLoss::square) {
        EXPECT_LE(best.value, aligned + 1e-12);
      }
      // Stationary in the weights: no basis has a slope below the mean one.
      const Vector slope = envelope_gradient(space, best.alpha, target, best.coupling, loss).alpha;
      EXPECT_GE(slope.minCoeff(), best.alpha.dot(slope) - 1e-5);
    }
  }
}

TEST(MinimiseGromov, FindsARenumberedMixture) {
  Random random({7});
  const GeneratorSpace space({random_graphon(random, 6), random_graphon(random, 6)});
  const Matrix mixed = space.mixture(Vector{{0.3, 0.7}});
  const std::vector<Eigen::Index> order = {1, 0, 2, 3, 4, 5};
  const GromovMixture best = minimise_gromov(space, mixed(order, order));
  EXPECT_NEAR(best.value, 0, 1e-12);
  EXPECT_NEAR(best.alpha[0], 0.3, 1e-5);
}

TEST(CompatLoss, HasTheSlopeOfItsIterations) {
  Random random({8});
  const GeneratorSpace space({random_graphon(random, 5), random_graphon(random, 5)});
  const Matrix target = random_graphon(random, 5);
  const auto value = [&](double first) {
    return compat_loss(space, Vector{{first, 1 - first}}, target);
  };
  // A step that changes no number of iterations.
  const double step = 1e-9,
               slope = (value(0.4 + step).value - value(0.4 - step).value) / (2 * step);
  const Vector gradient = value(0.4).gradient;
  EXPECT_NEAR(gradient[0] - gradient[1], slope, 1e-3 * std::abs(slope) + 1e-6);
}

TEST(CompatFit, OfOneBasisHasOneAnswer) {
  Random random({9});
  const GeneratorSpace space({random_graphon(random, 4)});
  const CompatFit fit = compat_fit(space, random_graphon(random, 4));
  EXPECT_EQ(fit.best_alpha, Vector::Ones(1));
  EXPECT_EQ(fit.losses.minCoeff(), fit.losses.maxCoeff());
}

}  // namespace
}  // namespace aufbau::graphs
