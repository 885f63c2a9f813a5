#include "graphs/graphon/barycentre.h"

#include <cmath>
#include <vector>

#include "core/error.h"
#include "graphs/graphon/alignment.h"
#include "graphs/graphon/block_sum.h"
#include "graphs/graphon/smoothing.h"

namespace aufbau::graphs {

namespace {

constexpr std::int64_t kGraphsPerBlock = 16;

void check_options(const BarycentreOptions& options) {
  const bool good = options.outer >= 1 && options.inner >= 1 && options.beta > 0 &&
                    std::isfinite(options.beta) && options.fused >= 0 && options.fused <= 1 &&
                    options.smoothness >= 0 && std::isfinite(options.smoothness);
  if (!good)
    fail(ErrorKind::usage, "barycentre",
         "expected at least one barycentre and one sweep, beta > 0, ",
         "a fused share from 0 to 1 and a smoothness of 0 or more, got ", options.outer, ", ",
         options.inner, ", ", options.beta, ", ", options.fused, " and ", options.smoothness);
}

/// diag(b) kernel diag(a) with row sums `rows` and column sums `cols`, by scaling. kernel: [n, k].
Matrix sinkhorn(const Matrix& kernel, const Vector& rows, const Vector& cols,
                std::int32_t most_sweeps) {
  constexpr double kLeastChange = 1e-10;
  Vector a = Vector::Constant(cols.size(), 1.0 / static_cast<double>(cols.size())), b;
  for (std::int32_t sweep = 0; sweep < most_sweeps; ++sweep) {
    b = rows.cwiseQuotient(kernel * a);
    const Vector next = cols.cwiseQuotient(kernel.transpose() * b);
    const double change = (next - a).cwiseAbs().sum() / a.cwiseAbs().sum();
    a = next;
    if (!(change > kLeastChange)) break;
  }
  return b.asDiagonal() * kernel * a.asDiagonal();
}

void divide_by_maximum(Matrix& cost) {
  if (const double most = cost.maxCoeff(); most > 0) cost /= most;
}

/// The transports of all graphs, and what one graph does with its own. A transport is held with a
/// row per node, [n, k]: the transpose of T_i.
class Transports {
 public:
  Transports(const GraphSelection& graphs, const BarycentreOptions& options, double structure,
             const Vector& weights)
      : graphs_(graphs),
        options_(options),
        structure_(structure),
        weights_(weights),
        transport_(static_cast<std::size_t>(graphs.size())),
        prior_(transport_.size()) {
    for_each_graph([&](std::size_t g, const Alignment& alignment) {
      const Vector p = alignment.weights();
      const Matrix kernel = (weight_cost(p).array() / -options_.beta).exp();
      transport_[g] = sinkhorn(kernel, p, weights_, options_.inner);
      prior_[g] = transport_[g].array() + 1e-16;
    });
  }

  /// G: the mean of T_i A_i T_i^T over all graphs.
  Matrix mean_image() const {
    const Eigen::Index k = weights_.size();
    const Matrix sum =
        block_sum<Matrix>(graphs_.size(), kGraphsPerBlock, k, k,
                          [&](std::int64_t begin, std::int64_t end, Matrix& part) {
                            Alignment alignment;
                            for (std::int64_t g = begin; g < end; ++g) {
                              alignment.assign(graphs_[g]);
                              if (alignment.node_count() == 0) continue;
                              const Matrix& transport = transport_[static_cast<std::size_t>(g)];
                              part += transport.transpose() * along_edges(alignment, transport);
                            }
                          });
    return sum / static_cast<double>(graphs_.size());
  }

  /// Every transport anew for the barycentre B.
  void follow(const Matrix& barycentre) {
    const Vector of_blocks = barycentre.cwiseAbs2() * weights_;
    for_each_graph([&](std::size_t g, const Alignment& alignment) {
      const Vector p = alignment.weights();
      const Vector of_nodes = along_edges(alignment, p);
      Matrix cost = -2 * along_edges(alignment, transport_[g]) * barycentre.transpose();
      cost.rowwise() += of_blocks.transpose();
      cost.colwise() += of_nodes;
      if (structure_ != 1) cost = structure_ * cost + (1 - structure_) * weight_cost(p);
      divide_by_maximum(cost);
      const Matrix kernel = (cost.array() / -options_.beta).exp() * prior_[g].array();
      transport_[g] = sinkhorn(kernel, p, weights_, options_.inner);
    });
  }

 private:
  template <class Action>
  void for_each_graph(const Action& action) {
    parallel_blocks(graphs_.size(), kGraphsPerBlock, [&](std::int64_t begin, std::int64_t end) {
      Alignment alignment;
      for (std::int64_t g = begin; g < end; ++g) {
        alignment.assign(graphs_[g]);
        if (alignment.node_count() > 0) action(static_cast<std::size_t>(g), alignment);
      }
    });
  }

  /// c_i [n, k].
  Matrix weight_cost(const Vector& p) const {
    Matrix cost(p.size(), weights_.size());
    for (Eigen::Index i = 0; i < p.size(); ++i)
      cost.row(i) = (weights_.array() - p[i]).square().transpose();
    divide_by_maximum(cost);
    return cost;
  }

  /// A x: for every position the sum of the rows of `x` at its neighbours.
  template <class Values>
  static Values along_edges(const Alignment& alignment, const Values& x) {
    Values sum = Values::Zero(x.rows(), x.cols());
    alignment.for_each_entry([&](std::int32_t i, std::int32_t j) { sum.row(i) += x.row(j); });
    return sum;
  }

  const GraphSelection& graphs_;
  const BarycentreOptions& options_;
  double structure_;  ///< gamma
  const Vector& weights_;
  std::vector<Matrix> transport_, prior_;
};

BarycentreUpdate update_for(const BarycentreOptions& options, const BarycentreKind& kind,
                            const Vector& weights) {
  if (!kind.smoothed) return plain_update(weights);
  return options.exact_smoothing ? exact_smooth_update(weights, options.smoothness)
                                 : published_smooth_update(weights, options.smoothness);
}

}  // namespace

Barycentre barycentre(const GraphSelection& graphs, const BarycentreOptions& options,
                      const BarycentreKind& kind) {
  check_options(options);
  const BlockSizes sizes = block_sizes("barycentre", graphs);
  require_dense("barycentre", "blocks", sizes.blocks);
  const Vector weights = block_weights(graphs, sizes.blocks);
  const BarycentreUpdate update = update_for(options, kind, weights);
  Transports transports(graphs, options, kind.fused ? options.fused : 1, weights);
  Matrix result;
  for (std::int32_t step = 0; step < options.outer; ++step) {
    if (step > 0) transports.follow(result);
    result = update(transports.mean_image());
    if (!result.allFinite())
      fail(ErrorKind::non_finite, "barycentre", "barycentre ", step + 1, " of ", options.outer,
           " is not finite with beta ", options.beta, "; raise beta");
  }
  return {{result.cwiseMax(0.0).cwiseMin(1.0), {}}, result};
}

}  // namespace aufbau::graphs
