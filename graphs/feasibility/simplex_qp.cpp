#include "graphs/feasibility/simplex_qp.h"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <vector>

#include "core/error.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "simplex-qp";

using Support = std::vector<Eigen::Index>;

void require_problem(const Matrix& H, const Vector& c) {
  const Eigen::Index k = c.size();
  if (k == 0) fail(ErrorKind::nothing_valid, kWhere, "there is no basis to mix");
  if (H.rows() != k || H.cols() != k)
    fail(ErrorKind::mismatch, kWhere, "H is ", H.rows(), " x ", H.cols(), " for ", k, " bases");
  if (!H.allFinite() || !c.allFinite())
    fail(ErrorKind::non_finite, kWhere, "H or c holds a value that is not finite");
  const double slack = 1e-9 * H.cwiseAbs().maxCoeff();
  if ((H - H.transpose()).cwiseAbs().maxCoeff() > slack)
    fail(ErrorKind::usage, kWhere, "H is not symmetric");
  for (Eigen::Index i = 0; i < k; ++i)
    for (Eigen::Index j = 0; j <= i; ++j)
      if (H(i, i) < -slack || H(i, j) * H(i, j) > H(i, i) * H(j, j) + slack * slack +
                                                      2 * slack * std::max(H(i, i), H(j, j)))
        fail(ErrorKind::usage, kWhere, "H is not positive semidefinite: see its rows ", i, " and ",
             j, "; it should hold the products <B_i, B_j>");
}

double objective(const Matrix& H, const Vector& c, const Vector& alpha) {
  return alpha.dot(H * alpha - 2 * c);
}

/// The minimum on the affine hull of the support, weights of any sign: H y + m = c, sum y = 1.
Vector affine_minimum(const Matrix& H, const Vector& c, const Support& support) {
  const auto s = static_cast<Eigen::Index>(support.size());
  // The multiplier is measured in the scale of H, so that pivots can be compared.
  const double scale = std::max(H(support, support).cwiseAbs().maxCoeff(), 1e-300);
  Matrix system = Matrix::Constant(s + 1, s + 1, scale);
  system.topLeftCorner(s, s) = H(support, support);
  system(s, s) = 0;
  Vector right(s + 1);
  right << c(support), scale;
  return Eigen::FullPivLU<Matrix>(system).solve(right).head(s);
}

/// Moves from alpha towards the affine minimum of its support, dropping bases whose weight runs out
/// on the way, until the minimum lies inside.
void minimise_on_support(const Matrix& H, const Vector& c, Support& support, Vector& alpha) {
  for (;;) {
    const Vector goal = affine_minimum(H, c, support);
    if (!goal.allFinite()) return;
    double step = 1;
    std::size_t blocking = support.size();
    for (std::size_t s = 0; s < support.size(); ++s) {
      const double now = alpha[support[s]], then = goal[static_cast<Eigen::Index>(s)];
      if (then >= 0) continue;
      const double reach = now / (now - then);
      if (reach < step) {
        step = reach;
        blocking = s;
      }
    }
    for (std::size_t s = 0; s < support.size(); ++s) {
      double& weight = alpha[support[s]];
      weight = std::max(0.0, weight + step * (goal[static_cast<Eigen::Index>(s)] - weight));
    }
    if (blocking == support.size()) break;
    alpha[support[blocking]] = 0;
    support.erase(support.begin() + static_cast<std::ptrdiff_t>(blocking));
    if (support.size() == 1) break;
  }
  alpha /= alpha.sum();
}

double kkt_residual(const Matrix& H, const Vector& c, const Vector& alpha) {
  const Vector gradient = 2 * (H * alpha - c);
  const double level = alpha.dot(gradient);
  return std::max(0.0, level - gradient.minCoeff()) +
         (alpha.array() * (gradient.array() - level)).abs().maxCoeff();
}

}  // namespace

SimplexMinimum simplex_qp(const Matrix& H, const Vector& c) {
  require_problem(H, c);
  const double rounding = 1e-15 * std::max(H.cwiseAbs().maxCoeff(), c.cwiseAbs().maxCoeff());
  Eigen::Index first = 0;
  (H.diagonal() - 2 * c).minCoeff(&first);
  Vector alpha = Vector::Unit(c.size(), first);
  Support support = {first};
  double value = objective(H, c, alpha);
  for (;;) {
    const Vector gradient = H * alpha - c;
    Eigen::Index entering = 0;
    const double lowest = gradient.minCoeff(&entering);
    if (lowest >= alpha.dot(gradient) - rounding) break;
    if (std::find(support.begin(), support.end(), entering) != support.end()) break;
    Support wider = support;
    wider.push_back(entering);
    Vector next = alpha;
    minimise_on_support(H, c, wider, next);
    const double next_value = objective(H, c, next);
    // No support comes twice while the value falls; where it does not, only rounding is left.
    if (!(next_value < value)) break;
    support = std::move(wider);
    alpha = std::move(next);
    value = next_value;
  }
  return {alpha, value, kkt_residual(H, c, alpha)};
}

}  // namespace aufbau::graphs
