#include "graphs/gromov/gromov_wasserstein.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"
#include "graphs/gromov/exchange.h"
#include "graphs/gromov/starts.h"
#include "graphs/gromov/transport.h"

namespace aufbau::graphs {

namespace {

/// When a descent has arrived. Conditional gradient crawls along a face that holds a minimum
/// inside, so the many descents of a search stop early, and the best is polished at the end.
struct Patience {
  int steps, rounds;
  double step_gain;   // relative decrease that conditional gradient goes on for
  double round_gain;  // relative decrease that another round is worth
};
constexpr Patience kPolish{500, 50, 1e-12, 1e-11};
Patience patience_of(const GromovSearch& search) {
  return {50, 20, 1e-5, search.relative_decrease};
}

void require_search(const GromovSearch& search) {
  if (search.kicks < 0)
    fail(ErrorKind::usage, "gromov-wasserstein", "kicks is ", search.kicks, ", expected 0 or more");
  if (!(search.relative_decrease > 0))
    fail(ErrorKind::usage, "gromov-wasserstein", "relative_decrease is ", search.relative_decrease,
         ", expected above 0");
}

double inner(const Matrix& a, const Matrix& b) { return (a.array() * b.array()).sum(); }

/// Where a s^2 + b s is smallest in [0, 1].
double exact_step(double a, double b) {
  if (a > 0) return std::clamp(-b / (2 * a), 0.0, 1.0);
  return a + b < 0 ? 1 : 0;
}

void conditional_gradient(const GromovProblem& problem, const Patience& patience,
                          Matrix& coupling) {
  double value = problem.value(coupling);
  Matrix gradient = problem.linear + problem.curvature(coupling);
  for (int taken = 0; taken < patience.steps; ++taken) {
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
    if (decrease <= patience.step_gain * std::abs(value)) return;
  }
}

/// Moves the mass of a few random pairs of cells around their rectangles.
Matrix kicked(Matrix coupling, int kick) {
  constexpr int kMoves = 4;
  Random random({.purpose = Purpose::search, .item = static_cast<std::uint32_t>(kick)});
  for (int moved = 0; moved < kMoves; ++moved) {
    std::vector<std::pair<Eigen::Index, Eigen::Index>> cells;
    for (Eigen::Index i = 0; i < coupling.rows(); ++i)
      for (Eigen::Index j = 0; j < coupling.cols(); ++j)
        if (coupling(i, j) > 0) cells.emplace_back(i, j);
    const auto [i, j] = cells[random.below(cells.size())];
    const auto [k, l] = cells[random.below(cells.size())];
    if (i == k || j == l) continue;
    const double mass = std::min(coupling(i, j), coupling(k, l));
    coupling(i, j) -= mass;
    coupling(k, l) -= mass;
    coupling(i, l) += mass;
    coupling(k, j) += mass;
  }
  return coupling;
}

double least_gain(const GromovProblem& problem, const Matrix& coupling, double relative) {
  return relative * std::max(0.0, problem.value(coupling)) + 1e-14 * std::abs(problem.constant);
}

void descend(const GromovProblem& problem, const Patience& patience, Matrix& coupling) {
  double before = std::numeric_limits<double>::infinity();
  for (int round = 0; round < patience.rounds; ++round) {
    conditional_gradient(problem, patience, coupling);
    const double least = least_gain(problem, coupling, patience.round_gain);
    const bool exchanged = exchange_mass(problem, coupling, least);
    const double value = problem.value(coupling);
    if (!exchanged || before - value <= least) return;
    before = value;
  }
}

/// Keeps the best of the descents that it is told of.
void record(const GromovProblem& problem, std::string name, double start_value, Matrix coupling,
            GromovResult& result) {
  // Cancellation can leave a distance of 0 a little below it.
  const double value = std::max(0.0, problem.value(coupling));
  if (result.descents.empty() || value < result.value) {
    result.value = value;
    result.coupling = std::move(coupling);
  }
  result.descents.push_back({std::move(name), start_value, value});
}

GromovResult best_of(const GromovProblem& problem, const MeasureNetwork& a, const MeasureNetwork& b,
                     const GromovSearch& search) {
  require_search(search);
  const Patience patience = patience_of(search);
  std::vector<std::pair<std::string, Matrix>> starts;
  for (const GromovStart& start : gromov_starts())
    starts.emplace_back(start.name, start.make(a, b));
  for (std::size_t i = 0; i < search.further_starts.size(); ++i) {
    require_coupling(problem, search.further_starts[i]);
    starts.emplace_back("further" + std::to_string(i), search.further_starts[i]);
  }
  GromovResult result;
  for (auto& [name, coupling] : starts) {
    const double start_value = problem.value(coupling);
    descend(problem, patience, coupling);
    record(problem, name, start_value, std::move(coupling), result);
  }
  for (int kick = 0; kick < search.kicks; ++kick) {
    Matrix coupling = kicked(result.coupling, kick);
    const double start_value = problem.value(coupling);
    // Exchanges first: a step of conditional gradient would jump straight back.
    exchange_mass(problem, coupling, least_gain(problem, coupling, patience.round_gain));
    descend(problem, patience, coupling);
    record(problem, "kick" + std::to_string(kick), start_value, std::move(coupling), result);
  }
  descend(problem, kPolish, result.coupling);
  result.value = std::max(0.0, problem.value(result.coupling));
  return result;
}

}  // namespace

Matrix improve_coupling(const GromovProblem& problem, Matrix coupling) {
  require_coupling(problem, coupling);
  descend(problem, kPolish, coupling);
  return coupling;
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
