#include "graphs/topology/spectrum.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

namespace {

Vector product(const Neighbours& neighbours, GraphMatrix matrix, const Vector& x) {
  Vector y(x.size());
  for (std::int32_t v = 0; v < neighbours.node_count(); ++v) {
    double sum = 0;
    for (const std::int32_t w : neighbours.of(v)) sum += x[w];
    y[v] = matrix == GraphMatrix::adjacency ? sum : neighbours.degree(v) * x[v] - sum;
  }
  return y;
}

/// The largest eigenvalue of a symmetric tridiagonal matrix, between the bounds given: bisection on
/// the signs of its Sturm sequence.
double largest_of_tridiagonal(const std::vector<double>& diagonal,
                              const std::vector<double>& beside, double low, double high) {
  const auto all_below = [&](double x) {
    double pivot = 1;
    for (std::size_t i = 0; i < diagonal.size(); ++i) {
      const double square = i == 0 ? 0 : beside[i - 1] * beside[i - 1];
      pivot = diagonal[i] - x - square / pivot;
      if (pivot > 0) return false;
      if (pivot == 0) pivot = -std::numeric_limits<double>::min();
    }
    return true;
  };
  while (true) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return middle;
    (all_below(middle) ? high : low) = middle;
  }
}

}  // namespace

double largest_eigenvalue(const Neighbours& neighbours, GraphMatrix matrix) {
  if (neighbours.edge_count() == 0) return 0;
  const std::int32_t nodes = neighbours.node_count();
  std::int32_t most = 0;
  for (std::int32_t v = 0; v < nodes; ++v) most = std::max(most, neighbours.degree(v));
  const double bound = matrix == GraphMatrix::adjacency ? most : 2.0 * most;

  // A start that no symmetry of the graph leaves in place: multiples of the golden section, mod 1.
  Vector now(nodes), before = Vector::Zero(nodes);
  for (std::int32_t v = 0; v < nodes; ++v) {
    const double multiple = 0.6180339887498949 * (v + 1);
    now[v] = 0.5 + multiple - std::floor(multiple);
  }
  now.normalize();
  std::vector<double> diagonal, beside;
  double value = 0, last = 0;
  constexpr std::size_t kFirstLook = 8;
  const std::size_t most_steps = 4 * static_cast<std::size_t>(nodes) + kFirstLook;
  while (true) {
    Vector next = product(neighbours, matrix, now);
    if (!beside.empty()) next -= beside.back() * before;
    diagonal.push_back(next.dot(now));
    next -= diagonal.back() * now;
    beside.push_back(next.norm());
    const std::size_t steps = diagonal.size();
    const bool is_exhausted = beside.back() <= 1e-14 * bound || steps >= most_steps;
    if (is_exhausted || (steps >= kFirstLook && std::has_single_bit(steps))) {
      value = largest_of_tridiagonal(diagonal, beside, -bound, bound * (1 + 1e-12));
      if (is_exhausted || std::abs(value - last) <= 1e-12 * value) return value;
      last = value;
    }
    before.swap(now);
    now = next / beside.back();
  }
}

}  // namespace aufbau::graphs
