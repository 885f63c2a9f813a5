#include "graphs/gromov/entropic.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "entropic gromov-wasserstein";
/// Of Sinkhorn within a step, which goes on in the next one; and alone.
constexpr int kSweepsOfStep = 3000, kSweepsAlone = 20000;
/// Stands for log 0: exp of it is 0, and it stays finite in sums.
constexpr double kLogOfNothing = -745;

Matrix log_masses(const Matrix& masses) {
  return masses.unaryExpr([](double mass) {
    return mass > 0 ? std::max(kLogOfNothing, std::log(mass)) : kLogOfNothing;
  });
}

/// log sum exp of every row.
Vector log_sum_exp(const Matrix& values) {
  const Vector most = values.rowwise().maxCoeff();
  const Matrix shares = (values.colwise() - most).array().exp();
  return most.array() + shares.rowwise().sum().array().log();
}

/// The potentials of Sinkhorn's iteration, kept from one problem to the next one nearby.
struct Potentials {
  Vector f, g;
};

/// Matrix scaling in the log domain: log T = (f + g - cost) / epsilon with the column sums exact
/// and the row sums within `tolerance` of p in L1, or as near as rounding or `max_sweeps` lets them
/// come.
Matrix log_sinkhorn(const Matrix& cost, const Vector& log_p, const Vector& log_q, const Vector& p,
                    double epsilon, double tolerance, int max_sweeps, Potentials& potentials) {
  const Matrix scaled = -cost / epsilon, across = scaled.transpose();
  Vector f = potentials.f / epsilon, g = potentials.g / epsilon;
  double best = std::numeric_limits<double>::infinity();
  int stalled = 0;
  for (int sweep = 0; sweep < max_sweeps; ++sweep) {
    // The row sums of the last sweep are exp(f + this): one exponential per entry serves both.
    const Vector rows = log_sum_exp(scaled.rowwise() + g.transpose());
    if (sweep > 0) {
      const double gap = ((f + rows).array().exp() - p.array()).abs().sum();
      if (gap < tolerance) break;
      // The gap never grows but by rounding.
      stalled = gap < best ? 0 : stalled + 1;
      best = std::min(best, gap);
      if (stalled > 20) break;
    }
    f = log_p - rows;
    g = log_q - log_sum_exp(across.rowwise() + f.transpose());
  }
  potentials = {f * epsilon, g * epsilon};
  return (scaled.colwise() + f).rowwise() + g.transpose();
}

double spread(const Matrix& values) { return values.maxCoeff() - values.minCoeff(); }

Matrix gradient(const GromovProblem& problem, const Matrix& coupling) {
  return problem.linear + problem.curvature(coupling);
}

double residual_of(const GromovProblem& problem, const Matrix& coupling, double epsilon) {
  const Matrix cost = gradient(problem, coupling);
  // Where T is stationary, epsilon log T + cost = f + g: begin with the g that the row of T with
  // the largest smallest entry tells.
  Eigen::Index row = 0;
  coupling.rowwise().minCoeff().maxCoeff(&row);
  const Matrix log_row = log_masses(coupling.row(row));
  Potentials potentials{Vector::Zero(problem.p.size()),
                        (cost.row(row) + epsilon * log_row.row(0)).transpose()};
  const Matrix next = log_sinkhorn(cost, log_masses(problem.p), log_masses(problem.q), problem.p,
                                   epsilon, 1e-14, kSweepsAlone, potentials)
                          .array()
                          .exp();
  return (next - coupling).cwiseAbs().sum();
}

}  // namespace

EntropicResult entropic_gromov_wasserstein(const GromovProblem& problem,
                                           const EntropicSearch& search) {
  if (!(search.epsilon > 0) || !(search.tolerance > 0) || search.max_iterations < 1)
    fail(ErrorKind::usage, kWhere, "epsilon is ", search.epsilon, ", tolerance ", search.tolerance,
         " and max_iterations ", search.max_iterations, "; expected all above 0");
  Matrix start = search.start;
  if (start.size() == 0)
    start = problem.p * problem.q.transpose();
  else
    require_coupling(problem, start);

  const Vector log_p = log_masses(problem.p), log_q = log_masses(problem.q);
  EntropicResult result;
  result.coupling = start;
  Matrix log_coupling = log_masses(start);
  Potentials potentials{Vector::Zero(problem.p.size()), Vector::Zero(problem.q.size())};
  const double range = spread(problem.left) * spread(problem.right);
  double damping = 0.05 * range;
  double moved = 1;
  result.objective = std::numeric_limits<double>::infinity();
  while (result.iterations < search.max_iterations && !result.converged) {
    ++result.iterations;
    const Matrix cost = gradient(problem, result.coupling) - damping * log_coupling;
    Potentials next_potentials = potentials;
    // Tight enough that what the sums miss does not pass for a rise of the objective.
    const double tolerance = std::clamp(1e-2 * moved, 1e-14, 1e-10);
    Matrix next_log = log_sinkhorn(cost, log_p, log_q, problem.p, search.epsilon + damping,
                                   tolerance, kSweepsOfStep, next_potentials);
    Matrix next = next_log.array().exp();
    const double value = problem.value(next);
    const double objective = value + search.epsilon * (next.array() * (next_log.array() - 1)).sum();
    if (!std::isfinite(objective))
      fail(ErrorKind::non_finite, kWhere, "the objective is ", objective, "; epsilon is ",
           search.epsilon, " against a range of values of ", range);
    // Far above the largest damping that any curvature can ask for, a rise is only rounding.
    if (objective > result.objective + 1e-9 * std::abs(result.objective) && damping < 1e3 * range) {
      damping *= 2;
      continue;
    }
    moved = (next - result.coupling).cwiseAbs().sum();
    result.coupling = std::move(next);
    log_coupling = std::move(next_log);
    potentials = std::move(next_potentials);
    result.value = value;
    result.objective = objective;
    result.marginal_gap =
        (result.coupling.rowwise().sum() - problem.p).cwiseAbs().sum() +
        (result.coupling.colwise().sum().transpose() - problem.q).cwiseAbs().sum();
    // Damping shortens the step; what counts is how far it would have gone without.
    result.converged = moved * (1 + damping / search.epsilon) < search.tolerance &&
                       result.marginal_gap < 10 * search.tolerance;
  }
  // A vectorised exp ends at the smallest normal number: points without mass have none.
  result.coupling = (result.coupling.array() < 1e-300).select(0, result.coupling);
  result.residual = residual_of(problem, result.coupling, search.epsilon);
  return result;
}

double entropic_residual(const GromovProblem& problem, const Matrix& coupling, double epsilon) {
  if (!(epsilon > 0)) fail(ErrorKind::usage, kWhere, "epsilon is ", epsilon, ", expected above 0");
  require_coupling(problem, coupling);
  return residual_of(problem, coupling, epsilon);
}

}  // namespace aufbau::graphs
