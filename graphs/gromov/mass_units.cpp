#include "graphs/gromov/mass_units.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "transport";

void require_weights(const Vector& weights) {
  if (weights.size() == 0) fail(ErrorKind::nothing_valid, kWhere, "a list of weights is empty");
  if (!weights.allFinite()) fail(ErrorKind::non_finite, kWhere, "a weight is not finite");
  if (weights.minCoeff() < 0)
    fail(ErrorKind::usage, kWhere, "a weight is ", weights.minCoeff(), ", expected none below 0");
  if (!(weights.sum() > 0)) fail(ErrorKind::nothing_valid, kWhere, "the weights sum to 0");
}

bool all_equal(const Vector& weights) {
  return weights.maxCoeff() - weights.minCoeff() <= 1e-12 * weights.maxCoeff();
}

/// Rounds the running sums, so that the units add up to the total whatever the weights.
std::vector<std::int64_t> rounded(const Vector& weights) {
  constexpr double kTotal = 0x1p50;
  const double sum = weights.sum();
  std::vector<std::int64_t> units;
  units.reserve(static_cast<std::size_t>(weights.size()));
  double running = 0;
  std::int64_t before = 0;
  for (Eigen::Index i = 0; i < weights.size(); ++i) {
    running += weights[i];
    const bool last = i + 1 == weights.size();
    const auto upto = static_cast<std::int64_t>(
        last ? kTotal : std::min(kTotal, std::round(running / sum * kTotal)));
    units.push_back(upto - before);
    before = upto;
  }
  return units;
}

}  // namespace

MassUnits mass_units(const Vector& p, const Vector& q) {
  require_weights(p);
  require_weights(q);
  const double mass = p.sum();
  if (std::abs(mass - q.sum()) > 1e-9 * mass)
    fail(ErrorKind::mismatch, kWhere, "the weights sum to ", mass, " on one side and to ", q.sum(),
         " on the other");
  if (all_equal(p) && all_equal(q)) {
    const std::int64_t n = p.size(), m = q.size(), common = std::gcd(n, m);
    return {std::vector<std::int64_t>(static_cast<std::size_t>(n), m / common),
            std::vector<std::int64_t>(static_cast<std::size_t>(m), n / common),
            mass * static_cast<double>(common) / (static_cast<double>(n) * static_cast<double>(m))};
  }
  return {rounded(p), rounded(q), mass * 0x1p-50};
}

std::vector<Move> monotone_moves(const MassUnits& mass) {
  std::vector<Move> moves;
  std::size_t i = 0, j = 0;
  std::int64_t left_p = mass.p[0], left_q = mass.q[0];
  for (;;) {
    const std::int64_t units = std::min(left_p, left_q);
    if (units > 0)
      moves.push_back({static_cast<std::int64_t>(i), static_cast<std::int64_t>(j), units});
    left_p -= units;
    left_q -= units;
    // Both sums are equal, so the lists end together.
    while (left_p == 0 && i + 1 < mass.p.size()) left_p = mass.p[++i];
    while (left_q == 0 && j + 1 < mass.q.size()) left_q = mass.q[++j];
    if (left_p == 0 || left_q == 0) return moves;
  }
}

Matrix monotone_coupling(const Vector& p, const Vector& q) {
  const MassUnits mass = mass_units(p, q);
  Matrix coupling = Matrix::Zero(p.size(), q.size());
  for (const Move& move : monotone_moves(mass))
    coupling(move.i, move.j) = static_cast<double>(move.units) * mass.unit;
  return coupling;
}

std::vector<Eigen::Index> ascending_order(const Vector& values) {
  std::vector<Eigen::Index> order(static_cast<std::size_t>(values.size()));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  const auto by_value = [&](Eigen::Index a, Eigen::Index b) { return values[a] < values[b]; };
  std::stable_sort(order.begin(), order.end(), by_value);
  const double rounding = values.size() == 0 ? 0 : 1e-12 * values.cwiseAbs().maxCoeff();
  for (auto begin = order.begin(); begin != order.end();) {
    auto end = begin + 1;
    while (end != order.end() && values[*end] - values[*(end - 1)] <= rounding) ++end;
    std::sort(begin, end);
    begin = end;
  }
  return order;
}

Matrix sorted_coupling(const Vector& x, const Vector& y, const Vector& p, const Vector& q) {
  if (x.size() != p.size() || y.size() != q.size())
    fail(ErrorKind::mismatch, kWhere, x.size(), " and ", y.size(), " values have ", p.size(),
         " and ", q.size(), " weights");
  if (!x.allFinite() || !y.allFinite())
    fail(ErrorKind::non_finite, kWhere, "a value to sort by is not finite");
  const std::vector<Eigen::Index> rows = ascending_order(x), columns = ascending_order(y);
  const Matrix sorted = monotone_coupling(p(rows), q(columns));
  Matrix coupling(p.size(), q.size());
  coupling(rows, columns) = sorted;
  return coupling;
}

}  // namespace aufbau::graphs
