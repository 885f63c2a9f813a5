#include "graphs/graphon/sas.h"

#include <cmath>

#include "core/error.h"
#include "graphs/graphon/block_sum.h"

namespace aufbau::graphs {

Matrix sas_histogram(const GraphSelection& graphs) {
  const BlockSizes sizes = block_sizes("sas", graphs);
  require_dense("sas", "blocks", sizes.blocks);
  constexpr std::int64_t kGraphsPerBlock = 256;
  const IntMatrix count =
      block_sum<IntMatrix>(graphs.size(), kGraphsPerBlock, sizes.blocks, sizes.blocks,
                           [&](std::int64_t begin, std::int64_t end, IntMatrix& sum) {
                             Alignment alignment;
                             for (std::int64_t g = begin; g < end; ++g) {
                               alignment.assign(graphs[g]);
                               alignment.for_each_entry([&](std::int32_t i, std::int32_t j) {
                                 const std::int64_t row = i / sizes.side, col = j / sizes.side;
                                 if (row < sizes.blocks && col < sizes.blocks) ++sum(row, col);
                               });
                             }
                           });
  return count.cast<double>() / static_cast<double>(graphs.size() * sizes.side * sizes.side);
}

Denoised denoise_total_variation(const Matrix& f, double weight) {
  if (!(weight > 0) || !std::isfinite(weight))
    fail(ErrorKind::usage, "sas", "expected a total-variation weight above 0, got ", weight);
  if (f.size() == 0) return {f, 0};
  constexpr double kStep = 0.25, kLeastChange = 2e-4;
  constexpr std::int32_t kMostSweeps = 200;
  const Eigen::Index rows = f.rows(), cols = f.cols();
  // The dual field and the gradient of u, both along rows (x) and columns (y).
  Matrix px = Matrix::Zero(rows, cols), py = px, gx = px, gy = px, norm(rows, cols);
  Denoised result{f, 0};
  Matrix& u = result.values;
  double first = 0, before = 0;
  while (result.sweeps < kMostSweeps) {
    ++result.sweeps;
    u = f - px - py;
    u.bottomRows(rows - 1) += px.topRows(rows - 1);
    u.rightCols(cols - 1) += py.leftCols(cols - 1);
    gx.topRows(rows - 1) = u.bottomRows(rows - 1) - u.topRows(rows - 1);
    gy.leftCols(cols - 1) = u.rightCols(cols - 1) - u.leftCols(cols - 1);
    norm = (gx.array().square() + gy.array().square()).sqrt();
    const double energy =
        ((u - f).squaredNorm() + weight * norm.sum()) / static_cast<double>(f.size());
    if (result.sweeps == 1)
      first = energy;
    else if (std::abs(before - energy) < kLeastChange * first)
      break;
    before = energy;
    norm = 1 + (kStep / weight) * norm.array();
    px = (px - kStep * gx).cwiseQuotient(norm);
    py = (py - kStep * gy).cwiseQuotient(norm);
  }
  return result;
}

Graphon sort_and_smooth(const GraphSelection& graphs, const SasOptions& options) {
  Matrix histogram = sas_histogram(graphs);
  const double weight =
      options.tv_weight.value_or(static_cast<double>(block_sizes("sas", graphs).side));
  if (weight == 0) return {std::move(histogram), {}};
  return {denoise_total_variation(histogram, weight).values, {}};
}

}  // namespace aufbau::graphs
