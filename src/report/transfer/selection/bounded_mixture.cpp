#include "report/transfer/selection/bounded_mixture.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"

namespace aufbau::report {

using graphs::Matrix;
using graphs::Vector;

namespace {

/// The weights of least gradient'w: the parts of the least gradient filled up, one after another.
Vector best_corner(const Vector& gradient, const Vector& most) {
  std::vector<Eigen::Index> order(static_cast<std::size_t>(most.size()));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](Eigen::Index a, Eigen::Index b) { return gradient[a] < gradient[b]; });
  Vector corner = Vector::Zero(most.size());
  double left = 1;
  for (const Eigen::Index j : order) {
    corner[j] = std::min(left, most[j]);
    left -= corner[j];
  }
  return corner;
}

}  // namespace

Vector bounded_weights(const graphs::SquareTerms& terms, const Vector& most) {
  if (most.sum() < 1 - 1e-9)
    fail(ErrorKind::usage, "bounded mixture", "the largest weights allowed sum to ", most.sum(),
         ", which is less than 1");
  Matrix corners = best_corner(-2 * terms.c, most).transpose();  // [corners, k]
  double value = terms.value(corners.row(0).transpose());
  Vector weights = corners.row(0).transpose();
  while (true) {
    const Vector gradient = 2 * (terms.H * weights - terms.c);
    const Vector corner = best_corner(gradient, most);
    Matrix wider(corners.rows() + 1, corners.cols());
    wider << corners, corner.transpose();
    const Matrix H = wider * terms.H * wider.transpose();
    const graphs::SimplexMinimum fit = graphs::simplex_qp((H + H.transpose()) / 2, wider * terms.c);
    const Vector next = wider.transpose() * fit.alpha;
    const double next_value = terms.value(next);
    // Every step to another corner lowers the value; where it does not, only rounding is left.
    if (!(next_value < value)) return weights;
    value = next_value;
    weights = next;
    std::vector<Eigen::Index> used;
    for (Eigen::Index i = 0; i < fit.alpha.size(); ++i)
      if (fit.alpha[i] > 0) used.push_back(i);
    corners = wider(used, Eigen::all).eval();
  }
}

std::vector<std::int64_t> shares_of(std::int64_t total, const Vector& weights,
                                    const std::vector<std::int64_t>& available) {
  std::vector<std::int64_t> shares(available.size());
  std::vector<std::size_t> order(available.size());
  std::vector<double> remainder(available.size());
  std::int64_t left =
      std::min(total, std::accumulate(available.begin(), available.end(), std::int64_t{0}));
  for (std::size_t j = 0; j < shares.size(); ++j) {
    const double share = weights[static_cast<Eigen::Index>(j)] * static_cast<double>(total);
    shares[j] = std::min({static_cast<std::int64_t>(share), available[j], left});
    remainder[j] = share - static_cast<double>(shares[j]);
    left -= shares[j];
    order[j] = j;
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return remainder[a] > remainder[b]; });
  for (std::size_t i = 0; left > 0; i = (i + 1) % order.size()) {
    const std::size_t j = order[i];
    if (shares[j] == available[j]) continue;
    ++shares[j];
    --left;
  }
  return shares;
}

}  // namespace aufbau::report
