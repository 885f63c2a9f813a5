#include "graphs/feasibility/generator_space.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "generator space";

double mean_product(const Matrix& a, const Matrix& b) {
  return (a.array() * b.array()).sum() / static_cast<double>(a.size());
}

}  // namespace

GeneratorSpace::GeneratorSpace(std::vector<Matrix> bases) : bases_(std::move(bases)) {
  if (bases_.empty()) fail(ErrorKind::nothing_valid, kWhere, "there is no basis");
  const Eigen::Index r = bases_.front().rows();
  for (std::size_t j = 0; j < bases_.size(); ++j) {
    if (bases_[j].rows() != r || bases_[j].cols() != r)
      fail(ErrorKind::mismatch, kWhere, "basis ", j, " is ", bases_[j].rows(), " x ",
           bases_[j].cols(), ", expected ", r, " x ", r, " as the first; resize them to one grid");
    if (!bases_[j].allFinite())
      fail(ErrorKind::non_finite, kWhere, "basis ", j, " holds a value that is not finite");
  }
  if (r == 0) fail(ErrorKind::nothing_valid, kWhere, "the bases have no cells");
  gram_.resize(count(), count());
  for (Eigen::Index i = 0; i < count(); ++i)
    for (Eigen::Index j = 0; j <= i; ++j)
      gram_(i, j) = gram_(j, i) =
          mean_product(bases_[static_cast<std::size_t>(i)], bases_[static_cast<std::size_t>(j)]);
}

Matrix GeneratorSpace::mixture(const Vector& alpha) const {
  if (alpha.size() != count())
    fail(ErrorKind::mismatch, kWhere, alpha.size(), " weights for ", count(), " bases");
  if (!(alpha.minCoeff() >= -1e-9 && std::abs(alpha.sum() - 1) <= 1e-9))
    fail(ErrorKind::usage, kWhere, "the weights sum to ", alpha.sum(), " and the least is ",
         alpha.minCoeff(), "; expected a sum of 1 and none negative");
  Matrix mixed = Matrix::Zero(resolution(), resolution());
  for (Eigen::Index j = 0; j < count(); ++j)
    mixed += alpha[j] * bases_[static_cast<std::size_t>(j)];
  return mixed;
}

SquareTerms GeneratorSpace::terms(const Matrix& target) const {
  if (target.rows() != resolution() || target.cols() != resolution())
    fail(ErrorKind::mismatch, kWhere, "the target is ", target.rows(), " x ", target.cols(),
         ", the bases are ", resolution(), " x ", resolution(), "; resize them to one grid");
  if (!target.allFinite())
    fail(ErrorKind::non_finite, kWhere, "the target holds a value that is not finite");
  SquareTerms terms{gram_, Vector(count()), mean_product(target, target)};
  for (Eigen::Index j = 0; j < count(); ++j)
    terms.c[j] = mean_product(bases_[static_cast<std::size_t>(j)], target);
  return terms;
}

MixtureFit fit_mixture(const SquareTerms& terms) {
  const SimplexMinimum minimum = simplex_qp(terms.H, terms.c);
  MixtureFit fit;
  fit.alpha = minimum.alpha;
  fit.kkt_residual = minimum.kkt_residual;
  // Cancellation can leave a mean of squares a little below 0.
  fit.value = std::max(0.0, minimum.value + terms.d);
  const Eigen::Index k = terms.c.size();
  fit.uniform_value = std::max(0.0, terms.value(Vector::Constant(k, 1.0 / static_cast<double>(k))));
  const double least = (terms.H.diagonal() - 2 * terms.c).minCoeff(&fit.single_best);
  fit.single_value = std::max(0.0, least + terms.d);
  return fit;
}

}  // namespace aufbau::graphs
