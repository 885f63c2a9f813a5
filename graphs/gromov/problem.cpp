#include "graphs/gromov/problem.h"

#include <cmath>

#include "core/error.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "gromov-wasserstein";
constexpr double kLogFloor = 1e-15;  // the e of the kl loss

void require_not_negative(const MeasureNetwork& network) {
  if (network.values.minCoeff() < 0)
    fail(ErrorKind::usage, kWhere, "the loss 'kl' compares values that are not negative, got ",
         network.values.minCoeff());
}

bool is_symmetric(const Matrix& values) { return values == values.transpose(); }

}  // namespace

double pair_loss(GromovLoss loss, double a, double b) {
  switch (loss) {
    case GromovLoss::square:
      return (a - b) * (a - b);
    case GromovLoss::half_square:
      return (a - b) * (a - b) / 2;
    case GromovLoss::kl:
      break;
  }
  return a * std::log((a + kLogFloor) / (b + kLogFloor)) - a + b;
}

double GromovProblem::value(const Matrix& coupling) const {
  const Matrix cost = linear - product(coupling);
  return constant + (cost.array() * coupling.array()).sum();
}

Matrix GromovProblem::product(const Matrix& direction) const {
  const Matrix half = left * direction;
  return half * right.transpose();
}

Matrix GromovProblem::curvature(const Matrix& direction) const {
  if (symmetric) return -2 * product(direction);
  const Matrix half = left.transpose() * direction;
  return -(product(direction) + half * right);
}

GromovProblem gromov_problem(const MeasureNetwork& a, const MeasureNetwork& b, GromovLoss loss) {
  require_network(kWhere, a);
  require_network(kWhere, b);
  GromovProblem problem;
  problem.p = a.weights;
  problem.q = b.weights;
  problem.linear = Matrix::Zero(a.size(), b.size());
  problem.symmetric = is_symmetric(a.values) && is_symmetric(b.values);
  Matrix first, second;  // f1(A), f2(B)
  if (loss == GromovLoss::kl) {
    require_not_negative(a);
    require_not_negative(b);
    first = a.values.array() * (a.values.array() + kLogFloor).log() - a.values.array();
    second = b.values;
    problem.left = a.values;
    problem.right = (b.values.array() + kLogFloor).log();
  } else {
    const double scale = loss == GromovLoss::square ? 1 : 0.5;
    first = scale * a.values.array().square();
    second = scale * b.values.array().square();
    problem.left = 2 * scale * a.values;
    problem.right = b.values;
  }
  problem.constant = a.weights.dot(first * a.weights) + b.weights.dot(second * b.weights);
  return problem;
}

GromovProblem fused_problem(const MeasureNetwork& a, const MeasureNetwork& b, GromovLoss loss,
                            const Matrix& attribute_cost, double structure_share) {
  GromovProblem problem = gromov_problem(a, b, loss);
  if (attribute_cost.rows() != a.size() || attribute_cost.cols() != b.size())
    fail(ErrorKind::mismatch, kWhere, "the attribute cost is ", attribute_cost.rows(), " x ",
         attribute_cost.cols(), " for networks of ", a.size(), " and ", b.size(), " points");
  if (!attribute_cost.allFinite())
    fail(ErrorKind::non_finite, kWhere, "an attribute cost is not finite");
  if (attribute_cost.minCoeff() < 0)
    fail(ErrorKind::usage, kWhere, "an attribute cost is ", attribute_cost.minCoeff(),
         ", expected none below 0");
  if (!(structure_share >= 0 && structure_share <= 1))
    fail(ErrorKind::usage, kWhere, "structure_share is ", structure_share, ", expected 0 to 1");
  problem.left *= structure_share;
  problem.constant *= structure_share;
  problem.linear = (1 - structure_share) * attribute_cost;
  return problem;
}

void require_coupling(const GromovProblem& problem, const Matrix& coupling) {
  if (coupling.rows() != problem.p.size() || coupling.cols() != problem.q.size())
    fail(ErrorKind::mismatch, kWhere, "a coupling is ", coupling.rows(), " x ", coupling.cols(),
         " for networks of ", problem.p.size(), " and ", problem.q.size(), " points");
  const double off = (coupling.rowwise().sum() - problem.p).cwiseAbs().sum() +
                     (coupling.colwise().sum().transpose() - problem.q).cwiseAbs().sum();
  if (!(off <= 1e-9) || coupling.minCoeff() < 0)
    fail(
        ErrorKind::usage, kWhere, "a coupling misses the weights by ", off,
        " or is negative; its rows must sum to those of the first network, its columns to those of "
        "the second");
}

}  // namespace aufbau::graphs
