#include "graphs/topology/k_means.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "core/error.h"
#include "core/parallel.h"

namespace aufbau::graphs {

namespace {

constexpr std::int64_t kRowsPerBlock = 4096;

/// What one block of rows adds to the new centres.
struct Part {
  Matrix sum;
  std::vector<std::int64_t> count;
  double inertia = 0;
  double margin = std::numeric_limits<double>::infinity();
  bool changed = false;
};

/// Labels the rows [begin, end) by their nearest centre.
Part assign_rows(const Matrix& rows, const Matrix& centers, std::int64_t begin, std::int64_t end,
                 std::vector<std::int32_t>& labels) {
  Part part;
  part.sum = Matrix::Zero(centers.rows(), centers.cols());
  part.count.assign(static_cast<std::size_t>(centers.rows()), 0);
  for (std::int64_t r = begin; r < end; ++r) {
    double nearest = std::numeric_limits<double>::infinity(), second = nearest;
    std::int32_t label = 0;
    for (Eigen::Index c = 0; c < centers.rows(); ++c) {
      const double distance = (rows.row(r) - centers.row(c)).squaredNorm();
      if (distance < nearest) {
        second = std::exchange(nearest, distance);
        label = static_cast<std::int32_t>(c);
      } else {
        second = std::min(second, distance);
      }
    }
    std::int32_t& before = labels[static_cast<std::size_t>(r)];
    part.changed |= before != label;
    before = label;
    part.margin = std::min(part.margin, second - nearest);
    part.sum.row(label) += rows.row(r);
    ++part.count[static_cast<std::size_t>(label)];
  }
  return part;
}

/// One assignment of all rows; the parts of the blocks added up in their order.
Part assign_all(const Matrix& rows, const Matrix& centers, std::vector<std::int32_t>& labels) {
  std::vector<Part> parts(
      static_cast<std::size_t>((rows.rows() + kRowsPerBlock - 1) / kRowsPerBlock));
  parallel_blocks(rows.rows(), kRowsPerBlock, [&](std::int64_t begin, std::int64_t end) {
    parts[static_cast<std::size_t>(begin / kRowsPerBlock)] =
        assign_rows(rows, centers, begin, end, labels);
  });
  Part all;
  all.sum = Matrix::Zero(centers.rows(), centers.cols());
  all.count.assign(static_cast<std::size_t>(centers.rows()), 0);
  for (const Part& part : parts) {
    all.sum += part.sum;
    for (std::size_t c = 0; c < all.count.size(); ++c) all.count[c] += part.count[c];
    all.margin = std::min(all.margin, part.margin);
    all.changed |= part.changed;
  }
  return all;
}

void require_finite(const Matrix& values) {
  if (!values.allFinite())
    fail(ErrorKind::usage, "k-means", "a row or centre holds a number that is not finite");
}

}  // namespace

std::vector<std::int64_t> Clustering::members(std::int32_t cluster) const {
  std::vector<std::int64_t> rows;
  for (std::size_t r = 0; r < labels.size(); ++r)
    if (labels[r] == cluster) rows.push_back(static_cast<std::int64_t>(r));
  return rows;
}

Clustering lloyd(const Matrix& rows, const Matrix& centers, std::int32_t max_iterations) {
  if (centers.rows() < 1 || centers.cols() != rows.cols() || max_iterations < 1)
    fail(ErrorKind::usage, "k-means", "expected at least one centre of ", rows.cols(),
         " columns and one iteration, got ", centers.rows(), " x ", centers.cols(), " and ",
         max_iterations);
  require_finite(rows);
  require_finite(centers);
  Clustering result;
  result.centers = centers;
  result.margin = std::numeric_limits<double>::infinity();
  result.labels.assign(static_cast<std::size_t>(rows.rows()), -1);
  while (!result.converged && result.iterations < max_iterations) {
    ++result.iterations;
    const Part all = assign_all(rows, result.centers, result.labels);
    result.margin = std::min(result.margin, all.margin);
    result.converged = !all.changed;
    if (result.converged) break;
    for (Eigen::Index c = 0; c < centers.rows(); ++c)
      if (const std::int64_t count = all.count[static_cast<std::size_t>(c)]; count > 0)
        result.centers.row(c) = all.sum.row(c) / static_cast<double>(count);
  }
  for (Eigen::Index r = 0; r < rows.rows(); ++r)
    result.inertia += (rows.row(r) - result.centers.row(result.labels[static_cast<std::size_t>(r)]))
                          .squaredNorm();
  return result;
}

std::vector<std::int64_t> k_means_plus_plus(const Matrix& rows, std::int32_t clusters,
                                            const RandomKey& key) {
  if (clusters < 1 || clusters > rows.rows())
    fail(ErrorKind::usage, "k-means", "cannot draw ", clusters, " centres from ", rows.rows(),
         " rows");
  require_finite(rows);
  Random random(key);
  std::vector<std::int64_t> drawn{
      static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(rows.rows())))};
  Vector distance = Vector::Constant(rows.rows(), std::numeric_limits<double>::infinity());
  while (static_cast<std::int32_t>(drawn.size()) < clusters) {
    double total = 0;
    for (Eigen::Index r = 0; r < rows.rows(); ++r) {
      distance[r] = std::min(distance[r], (rows.row(r) - rows.row(drawn.back())).squaredNorm());
      total += distance[r];
    }
    // 53 bits: a double in [0, 1) has no more.
    const double target = static_cast<double>(random.below(std::uint64_t{1} << 53)) * 0x1p-53;
    std::int64_t pick = -1;
    double sum = 0;
    for (Eigen::Index r = 0; r < rows.rows() && sum <= target * total; ++r)
      if (distance[r] > 0) {
        sum += distance[r];
        pick = r;
      }
    if (pick < 0)
      for (pick = 0; std::find(drawn.begin(), drawn.end(), pick) != drawn.end();) ++pick;
    drawn.push_back(pick);
  }
  return drawn;
}

Clustering k_means(const Matrix& rows, const KMeansOptions& options) {
  if (options.restarts < 1)
    fail(ErrorKind::usage, "k-means", "expected at least one start, got ", options.restarts);
  Clustering best;
  for (std::int32_t start = 0; start < options.restarts; ++start) {
    const RandomKey key{.seed = options.seed,
                        .purpose = Purpose::cluster,
                        .item = static_cast<std::uint32_t>(start)};
    const std::vector<std::int64_t> drawn = k_means_plus_plus(rows, options.clusters, key);
    Matrix centers(options.clusters, rows.cols());
    for (std::size_t c = 0; c < drawn.size(); ++c)
      centers.row(static_cast<Eigen::Index>(c)) = rows.row(drawn[c]);
    Clustering one = lloyd(rows, centers, options.max_iterations);
    if (start == 0 || one.inertia < best.inertia) best = std::move(one);
  }
  return best;
}

}  // namespace aufbau::graphs
