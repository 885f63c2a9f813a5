#include "graphs/feasibility/gromov_mixture.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "graphs/gromov/bounds.h"

namespace aufbau::graphs {

namespace {

constexpr double kLogFloor = 1e-15;  // of the kl loss

GromovProblem problem_of(const GeneratorSpace& space, const Vector& alpha, const Matrix& target,
                         GromovLoss loss) {
  return gromov_problem(uniform_network(space.mixture(alpha)), uniform_network(target), loss);
}

/// f1'(C).
Matrix first_derivative(const Matrix& mixture, GromovLoss loss) {
  switch (loss) {
    case GromovLoss::square:
      return 2 * mixture;
    case GromovLoss::half_square:
      return mixture;
    case GromovLoss::kl:
      break;
  }
  const auto shifted = mixture.array() + kLogFloor;
  return shifted.log() + mixture.array() / shifted - 1;
}

/// f1''(C), for kl no steeper than at a thousandth of the largest cell: a model of the curvature
/// that a Newton step can be taken with, not the derivative where cells are empty.
Matrix second_derivative(const Matrix& mixture, GromovLoss loss) {
  if (loss != GromovLoss::kl)
    return Matrix::Constant(mixture.rows(), mixture.cols(), loss == GromovLoss::square ? 2 : 1);
  return mixture.array().max(std::max(1e-3 * mixture.maxCoeff(), kLogFloor)).inverse();
}

EnvelopeGradient gradient_at(const GeneratorSpace& space, const Vector& alpha,
                             const GromovProblem& problem, const Matrix& coupling,
                             GromovLoss loss) {
  const Matrix mixture = space.mixture(alpha);
  const Vector p = coupling.rowwise().sum();
  const Matrix weights = p * p.transpose();
  // problem.right is h2(D); h1(C) is C but for the square loss, where it is 2C.
  const double of_left = loss == GromovLoss::square ? 2 : 1;
  const Matrix carried = coupling * problem.right * coupling.transpose();
  const Matrix cells =
      first_derivative(mixture, loss).array() * weights.array() - of_left * carried.array();
  EnvelopeGradient gradient{Vector(space.count()), {}};
  for (Eigen::Index j = 0; j < space.count(); ++j)
    gradient.alpha[j] = (cells.array() * space.bases()[static_cast<std::size_t>(j)].array()).sum();
  gradient.logits = alpha.array() * (gradient.alpha.array() - alpha.dot(gradient.alpha));
  return gradient;
}

/// One Newton step of the weights at a fixed coupling, halved until the value falls. False: none
/// does.
bool improve_weights(const GeneratorSpace& space, const Matrix& target, GromovLoss loss,
                     const Matrix& coupling, Vector& alpha, double& value) {
  const GromovProblem problem = problem_of(space, alpha, target, loss);
  const Vector gradient = gradient_at(space, alpha, problem, coupling, loss).alpha;
  const Vector p = coupling.rowwise().sum();
  const Matrix curvature =
      second_derivative(space.mixture(alpha), loss).array() * (p * p.transpose()).array();
  Matrix H(space.count(), space.count());
  for (Eigen::Index i = 0; i < space.count(); ++i) {
    const Matrix scaled = curvature.array() * space.bases()[static_cast<std::size_t>(i)].array();
    for (Eigen::Index j = 0; j <= i; ++j)
      H(i, j) = H(j, i) =
          (scaled.array() * space.bases()[static_cast<std::size_t>(j)].array()).sum();
  }
  // The model value + g'(b - a) + (b - a)'H(b - a)/2, as b'Hb - 2 (Ha - g)'b up to a constant.
  const Vector goal = simplex_qp(H, H * alpha - gradient).alpha;
  for (double step = 1; step > 1e-9; step /= 2) {
    const Vector next = alpha + step * (goal - alpha);
    const double next_value = problem_of(space, next, target, loss).value(coupling);
    if (next_value < value) {
      alpha = next;
      value = next_value;
      return true;
    }
  }
  return false;
}

}  // namespace

MixtureBounds mixture_bounds(const GeneratorSpace& space, const Vector& alpha, const Matrix& target,
                             GromovSearch search) {
  search.loss = GromovLoss::square;
  const MeasureNetwork mixed = uniform_network(space.mixture(alpha));
  const MeasureNetwork aim = uniform_network(target);
  const GromovBounds bounds = gromov_bounds(mixed, aim);
  return {bounds.lower_degree, bounds.lower_spectral, gromov_wasserstein(mixed, aim, search).value};
}

EnvelopeGradient envelope_gradient(const GeneratorSpace& space, const Vector& alpha,
                                   const Matrix& target, const Matrix& coupling, GromovLoss loss) {
  const GromovProblem problem = problem_of(space, alpha, target, loss);
  require_coupling(problem, coupling);
  return gradient_at(space, alpha, problem, coupling, loss);
}

GromovMixture minimise_gromov(const GeneratorSpace& space, const Matrix& target,
                              const GromovSearch& search, int max_rounds) {
  if (max_rounds < 1)
    fail(ErrorKind::usage, "gromov mixture", "max_rounds is ", max_rounds, ", expected at least 1");
  GromovMixture best;
  best.alpha = fit_mixture(space.terms(target)).alpha;
  GromovResult start = gromov_wasserstein(uniform_network(space.mixture(best.alpha)),
                                          uniform_network(target), search);
  best.coupling = std::move(start.coupling);
  best.value = start.value;
  while (best.rounds < max_rounds && !best.converged) {
    ++best.rounds;
    const double before = best.value;
    for (int steps = 0; steps < 100; ++steps) {
      const double value = best.value;
      if (!improve_weights(space, target, search.loss, best.coupling, best.alpha, best.value))
        break;
      if (value - best.value <= 1e-12 * value) break;
    }
    const GromovProblem problem = problem_of(space, best.alpha, target, search.loss);
    best.coupling = improve_coupling(problem, std::move(best.coupling));
    best.value = std::min(best.value, std::max(0.0, problem.value(best.coupling)));
    best.converged = before - best.value <= 1e-9 * before;
  }
  return best;
}

}  // namespace aufbau::graphs
