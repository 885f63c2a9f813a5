#include "graphs/feasibility/compat_fit.h"

#include <cmath>
#include <vector>

#include "core/error.h"

namespace aufbau::graphs {

namespace {

constexpr double kEpsilon = 1e-5;
constexpr int kOuterSteps = 100, kSweeps = 100, kTestEvery = 10;
constexpr double kOuterChange = 1e-6, kSweepChange = 0.1, kLogShift = 1e-8;

/// A value and its derivatives by the k weights.
struct DualMatrix {
  Matrix value;
  std::vector<Matrix> slopes;
};

/// exp(x - log sum exp x) along every row, and that log sum.
Vector soften_rows(Matrix& x) {
  const Vector most = x.rowwise().maxCoeff();
  x = (x.colwise() - most).array().exp();
  const Vector sums = x.rowwise().sum();
  x.array().colwise() /= sums.array();
  return most.array() + sums.array().log();
}

/// The coupling after the sweeps, not converged, with its derivatives.
DualMatrix compat_sinkhorn(const DualMatrix& cost) {
  const Eigen::Index n = cost.value.rows();
  const std::size_t k = cost.slopes.size();
  const double log_p = std::log(1.0 / static_cast<double>(n) + kLogShift);
  Vector u = Vector::Zero(n), v = Vector::Zero(n);
  std::vector<Vector> u_slopes(k, Vector::Zero(n)), v_slopes = u_slopes;
  for (int sweep = 0; sweep < kSweeps; ++sweep) {
    // u_i = e (log p - log sum_j exp((v_j - C_ij)/e)); with the shares s_ij of that sum,
    // du_i = sum_j s_ij (dC_ij - dv_j).
    Matrix shares = (-cost.value).rowwise() + v.transpose();
    shares /= kEpsilon;
    const Vector next_u = kEpsilon * (log_p - soften_rows(shares).array());
    for (std::size_t s = 0; s < k; ++s)
      u_slopes[s] =
          (shares.array() * cost.slopes[s].array()).matrix().rowwise().sum() - shares * v_slopes[s];
    Matrix across = (-cost.value.transpose()).rowwise() + next_u.transpose();
    across /= kEpsilon;
    const Vector next_v = kEpsilon * (log_p - soften_rows(across).array());
    for (std::size_t s = 0; s < k; ++s)
      v_slopes[s] = (across.transpose().array() * cost.slopes[s].array())
                        .matrix()
                        .colwise()
                        .sum()
                        .transpose() -
                    across * u_slopes[s];
    const double change = (next_u - u).cwiseAbs().sum() + (next_v - v).cwiseAbs().sum();
    u = next_u;
    v = next_v;
    if (change < kSweepChange) break;
  }
  DualMatrix coupling;
  coupling.value = (((-cost.value).colwise() + u).rowwise() + v.transpose()) / kEpsilon;
  coupling.value = coupling.value.array().exp();
  for (std::size_t s = 0; s < k; ++s) {
    const Matrix exponent =
        (((-cost.slopes[s]).colwise() + u_slopes[s]).rowwise() + v_slopes[s].transpose()) /
        kEpsilon;
    coupling.slopes.push_back(coupling.value.array() * exponent.array());
  }
  return coupling;
}

}  // namespace

CompatLoss compat_loss(const GeneratorSpace& space, const Vector& alpha, const Matrix& target) {
  const Matrix mixture = space.mixture(alpha);
  space.terms(target);  // only to refuse a target that does not fit
  const Eigen::Index n = mixture.rows();
  const std::vector<Matrix>& bases = space.bases();
  const Vector p = Vector::Constant(n, 1.0 / static_cast<double>(n));
  const auto ones = Eigen::RowVectorXd::Ones(n);

  DualMatrix constant;  // C^2/2 p 1' + 1 (D^2/2 p)'
  constant.value = (Matrix(mixture.cwiseAbs2()) * p / 2) * ones;
  constant.value.rowwise() += (Matrix(target.cwiseAbs2()) * p / 2).transpose();
  for (const Matrix& basis : bases)
    constant.slopes.push_back((Matrix(mixture.cwiseProduct(basis)) * p) * ones);

  // tens(T) = constant - C T D'.
  const auto tensor = [&](const DualMatrix& coupling) {
    DualMatrix result;
    const Matrix carried = coupling.value * target.transpose();
    result.value = constant.value - mixture * carried;
    for (std::size_t s = 0; s < bases.size(); ++s) {
      const Matrix slope_carried = coupling.slopes[s] * target.transpose();
      result.slopes.push_back(constant.slopes[s] - bases[s] * carried - mixture * slope_carried);
    }
    return result;
  };

  DualMatrix coupling{p * p.transpose(), std::vector<Matrix>(bases.size(), Matrix::Zero(n, n))};
  for (int outer = 0; outer < kOuterSteps; ++outer) {
    DualMatrix cost = tensor(coupling);
    cost.value *= 2;
    for (Matrix& slope : cost.slopes) slope *= 2;
    DualMatrix next = compat_sinkhorn(cost);
    const double change = (next.value - coupling.value).norm();
    coupling = std::move(next);
    if (outer % kTestEvery == 0 && change <= kOuterChange) break;
  }

  const DualMatrix cost = tensor(coupling);
  CompatLoss loss{(cost.value.array() * coupling.value.array()).sum(), Vector(space.count()), {}};
  for (std::size_t s = 0; s < bases.size(); ++s)
    loss.gradient[static_cast<Eigen::Index>(s)] =
        (cost.slopes[s].array() * coupling.value.array()).sum() +
        (cost.value.array() * coupling.slopes[s].array()).sum();
  loss.coupling = std::move(coupling.value);
  return loss;
}

CompatFit compat_fit(const GeneratorSpace& space, const Matrix& target) {
  constexpr int kEpochs = 100, kPatienceFrom = 30, kForgetEvery = 20, kMostMisses = 3;
  constexpr double kRate = 0.05, kBeta1 = 0.9, kBeta2 = 0.99, kAdamEpsilon = 1e-8, kDecay = 1e-5;
  const Eigen::Index k = space.count();
  Vector logits = Vector::Ones(k), first = Vector::Zero(k), second = Vector::Zero(k);
  CompatFit fit;
  fit.best_loss = 100;  // of the released code: a larger loss is never the best
  fit.best_alpha = Vector::Constant(k, 1.0 / static_cast<double>(k));
  std::vector<double> losses;
  int misses = 0;
  for (int epoch = 0; epoch < kEpochs; ++epoch) {
    if (epoch % kForgetEvery == 0) misses = 0;
    Vector alpha = (logits.array() - logits.maxCoeff()).exp();
    alpha /= alpha.sum();
    const CompatLoss loss = compat_loss(space, alpha, target);
    if (!std::isfinite(loss.value) || !loss.gradient.allFinite())
      fail(ErrorKind::non_finite, "compat fit", "the loss of epoch ", epoch, " is ", loss.value,
           "; the released procedure has no answer here, fit_mixture has");
    losses.push_back(loss.value);
    fit.last_alpha = alpha;
    if (loss.value < fit.best_loss) {
      fit.best_loss = loss.value;
      fit.best_alpha = alpha;
    }
    if (epoch > kPatienceFrom && loss.value > fit.best_loss && ++misses >= kMostMisses) break;
    const Vector gradient = alpha.array() * (loss.gradient.array() - alpha.dot(loss.gradient)) +
                            kDecay * logits.array();
    first = kBeta1 * first + (1 - kBeta1) * gradient;
    second = kBeta2 * second.array() + (1 - kBeta2) * gradient.array().square();
    const Vector mean = first / (1 - std::pow(kBeta1, epoch + 1));
    const Vector scale = (second / (1 - std::pow(kBeta2, epoch + 1))).cwiseSqrt();
    logits.array() -= kRate * mean.array() / (scale.array() + kAdamEpsilon);
  }
  fit.losses = Eigen::Map<const Vector>(losses.data(), static_cast<Eigen::Index>(losses.size()));
  return fit;
}

}  // namespace aufbau::graphs
