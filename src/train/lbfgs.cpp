#include "train/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <deque>

namespace aufbau::train {

namespace {

using Vector = std::vector<double>;

double dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

double largest(const Vector& x) {
  double most = 0;
  for (const double value : x) most = std::max(most, std::abs(value));
  return most;
}

/// to += factor * x
void add_scaled(Vector& to, double factor, const Vector& x) {
  for (std::size_t i = 0; i < to.size(); ++i) to[i] += factor * x[i];
}

/// One remembered step: how x and the gradient changed.
struct Change {
  Vector x, gradient;
  double inverse_curvature;
};

/// Minus the approximate inverse Hessian times the gradient (two-loop recursion).
Vector descent_direction(const std::deque<Change>& changes, const Vector& gradient) {
  Vector direction = gradient;
  Vector weights(changes.size());
  for (std::size_t i = changes.size(); i-- > 0;) {
    weights[i] = changes[i].inverse_curvature * dot(changes[i].x, direction);
    add_scaled(direction, -weights[i], changes[i].gradient);
  }
  if (!changes.empty()) {
    const Change& last = changes.back();
    const double scale = 1 / (last.inverse_curvature * dot(last.gradient, last.gradient));
    for (double& value : direction) value *= scale;
  }
  for (std::size_t i = 0; i < changes.size(); ++i) {
    const double beta = changes[i].inverse_curvature * dot(changes[i].gradient, direction);
    add_scaled(direction, weights[i] - beta, changes[i].x);
  }
  for (double& value : direction) value = -value;
  return direction;
}

}  // namespace

std::vector<double> minimise(const SmoothFunction& function, std::vector<double> x,
                             const LbfgsOptions& options) {
  constexpr double kSufficientDecrease = 1e-4;
  constexpr int kHalvings = 40;
  Vector gradient(x.size());
  double value = function(x, gradient);
  const double start = largest(gradient);
  std::deque<Change> changes;
  for (int iteration = 0; iteration < options.max_iterations; ++iteration) {
    if (largest(gradient) <= options.tolerance * start) break;
    Vector direction = descent_direction(changes, gradient);
    double slope = dot(direction, gradient);
    // Without memory the gradient's own length says nothing about the step.
    double step = changes.empty() ? 1 / std::max(1.0, std::sqrt(-slope)) : 1;
    Vector next(x.size()), next_gradient(x.size());
    double next_value = value;
    bool accepted = false;
    for (int halving = 0; halving < kHalvings && !accepted; ++halving, step /= 2) {
      next = x;
      add_scaled(next, step, direction);
      next_value = function(next, next_gradient);
      accepted = next_value <= value + kSufficientDecrease * step * slope;
    }
    if (!accepted) break;  // at the limit of the arithmetic
    Change change{next, next_gradient, 0};
    add_scaled(change.x, -1, x);
    add_scaled(change.gradient, -1, gradient);
    const double curvature = dot(change.x, change.gradient);
    x = std::move(next);
    gradient = std::move(next_gradient);
    value = next_value;
    if (curvature <= 0) continue;
    change.inverse_curvature = 1 / curvature;
    changes.push_back(std::move(change));
    if (static_cast<int>(changes.size()) > options.memory) changes.pop_front();
  }
  return x;
}

}  // namespace aufbau::train
