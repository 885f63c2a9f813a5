#include "graphs/gromov/gromov_wasserstein.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "graphs/gromov/exchange.h"
#include "graphs/gromov/starts.h"
#include "graphs/gromov/transport.h"

namespace aufbau::graphs {

namespace {

void require_search(const GromovSearch& search) {
  if (search.max_iterations < 1)
    fail(ErrorKind::usage, "gromov-wasserstein", "max_iterations is ", search.max_iterations,
         ", expected at least 1");
  if (!(search.relative_decrease >= 0))
    fail(ErrorKind::usage, "gromov-wasserstein", "relative_decrease is ", search.relative_decrease,
         ", expected 0 or more");
}

double inner(const Matrix& a, const Matrix& b) { return (a.array() * b.array()).sum(); }

/// Where a s^2 + b s is smallest in [0, 1].
double exact_step(double a, double b) {
  if (a > 0) return std::clamp(-b / (2 * a), 0.0, 1.0);
  return a + b < 0 ? 1 : 0;
}

void conditional_gradient(const GromovProblem& problem, const GromovSearch& search,
                          Matrix& coupling) {
  double value = problem.value(coupling);
  Matrix gradient = problem.linear + problem.curvature(coupling);
  for (int iteration = 0; iteration < search.max_iterations; ++iteration) {
    Matrix target = optimal_transport(gradient, problem.p, problem.q).coupling;
    const Matrix direction = target - coupling;
    const Matrix change = problem.curvature(direction);  // of the gradient, per unit of step
    const double a = inner(change, direction) / 2, b = inner(gradient, direction);
    const double step = exact_step(a, b);
    if (step == 0) return;
    gradient += step * change;
    // A whole step ends in the vertex itself, without rounding left where there is no mass.
    if (step == 1)
      coupling = std::move(target);
    else
      coupling += step * direction;
    const double decrease = -(a * step + b) * step;
    value -= decrease;
    if (decrease <= search.relative_decrease * std::abs(value)) return;
  }
}

GromovResult best_of(const GromovProblem& problem, const MeasureNetwork& a, const MeasureNetwork& b,
                     const GromovSearch& search) {
  require_search(search);
  std::vector<std::pair<std::string, Matrix>> starts;
  for (const GromovStart& start : gromov_starts())
    starts.emplace_back(start.name, start.make(a, b));
  for (std::size_t i = 0; i < search.further_starts.size(); ++i) {
    require_coupling(problem, search.further_starts[i]);
    starts.emplace_back("further" + std::to_string(i), search.further_starts[i]);
  }
  GromovResult result;
  for (auto& [name, start] : starts) {
    const double start_value = problem.value(start);
    Matrix coupling = descend(problem, std::move(start), search);
    // Cancellation can leave a distance of 0 a little below it.
    const double value = std::max(0.0, problem.value(coupling));
    if (result.descents.empty() || value < result.value) {
      result.value = value;
      result.coupling = std::move(coupling);
    }
    result.descents.push_back({name, start_value, value});
  }
  return result;
}

}  // namespace

Matrix descend(const GromovProblem& problem, Matrix coupling, const GromovSearch& search) {
  require_search(search);
  conditional_gradient(problem, search, coupling);
  for (;;) {
    const double least_gain =
        1e-9 * std::max(0.0, problem.value(coupling)) + 1e-14 * std::abs(problem.constant);
    if (!exchange_mass(problem, coupling, least_gain)) return coupling;
    conditional_gradient(problem, search, coupling);
  }
}

GromovResult gromov_wasserstein(const MeasureNetwork& a, const MeasureNetwork& b,
                                const GromovSearch& search) {
  return best_of(gromov_problem(a, b, search.loss), a, b, search);
}

GromovResult fused_gromov_wasserstein(const MeasureNetwork& a, const MeasureNetwork& b,
                                      const Matrix& attribute_cost, double structure_share,
                                      const GromovSearch& search) {
  // The attributes alone are worth a start: the answer when nothing else counts.
  GromovSearch with_attributes = search;
  const GromovProblem problem = fused_problem(a, b, search.loss, attribute_cost, structure_share);
  with_attributes.further_starts.push_back(
      optimal_transport(attribute_cost, a.weights, b.weights).coupling);
  return best_of(problem, a, b, with_attributes);
}

std::vector<GromovResult> gromov_wasserstein_batch(const std::vector<NetworkPair>& pairs,
                                                   const GromovSearch& search) {
  for (const NetworkPair& pair : pairs)
    if (!pair.a || !pair.b)
      fail(ErrorKind::usage, "gromov-wasserstein", "a pair lacks one of its networks");
  std::vector<GromovResult> results(pairs.size());
  parallel_blocks(
      static_cast<std::int64_t>(pairs.size()), 1, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
          results[i] = gromov_wasserstein(*pairs[i].a, *pairs[i].b, search);
      });
  return results;
}

}  // namespace aufbau::graphs
