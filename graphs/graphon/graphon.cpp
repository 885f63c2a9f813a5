#include "graphs/graphon/graphon.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace aufbau::graphs {

double Graphon::bound(Eigen::Index b) const {
  return bounds.empty() ? static_cast<double>(b) / static_cast<double>(block_count())
                        : bounds[static_cast<std::size_t>(b)];
}

Vector Graphon::widths() const {
  Vector result(block_count());
  for (Eigen::Index b = 0; b < block_count(); ++b)
    result[b] = bounds.empty() ? 1.0 / static_cast<double>(block_count()) : bound(b + 1) - bound(b);
  return result;
}

Eigen::Index Graphon::block_of(double x) const {
  Eigen::Index block = 0;
  if (bounds.empty())
    block = static_cast<Eigen::Index>(std::floor(x * static_cast<double>(block_count())));
  else
    block = std::upper_bound(bounds.begin() + 1, bounds.end(), x) - (bounds.begin() + 1);
  return std::clamp<Eigen::Index>(block, 0, block_count() - 1);
}

void check_graphon(const std::string& where, const Graphon& graphon) {
  const Matrix& values = graphon.values;
  if (values.rows() == 0 || values.rows() != values.cols())
    fail(ErrorKind::mismatch, where, "a graphon is a square of at least one number, got ",
         values.rows(), " x ", values.cols());
  if (!values.allFinite())
    fail(ErrorKind::mismatch, where, "a graphon of ", values.rows(), " blocks holds a number that ",
         "is not finite");
  const std::vector<double>& bounds = graphon.bounds;
  if (bounds.empty()) return;
  if (static_cast<Eigen::Index>(bounds.size()) != values.rows() + 1)
    fail(ErrorKind::mismatch, where, "expected ", values.rows() + 1, " block bounds for ",
         values.rows(), " blocks, got ", bounds.size());
  bool ascending = bounds.front() == 0 && bounds.back() == 1;
  for (std::size_t b = 1; b < bounds.size(); ++b) ascending &= bounds[b - 1] < bounds[b];
  if (!ascending) fail(ErrorKind::mismatch, where, "block bounds must ascend from 0 to 1");
}

double mean(const Graphon& graphon) {
  const Vector widths = graphon.widths();
  return widths.dot(graphon.values * widths);
}

Graphon shape_of(const Graphon& graphon) {
  const double density = mean(graphon);
  Graphon shape{graphon.values, graphon.bounds};
  if (density == 0)
    shape.values.setZero();
  else
    shape.values /= density;
  return shape;
}

Matrix projected(const Graphon& graphon, Eigen::Index n) {
  check_graphon("graphon", graphon);
  if (n < 1) fail(ErrorKind::usage, "graphon", "a grid has at least one cell, got ", n);
  // share(i, b): the part of cell i that lies in block b.
  Matrix share = Matrix::Zero(n, graphon.block_count());
  const auto cells = static_cast<double>(n);
  for (Eigen::Index i = 0; i < n; ++i) {
    const double begin = static_cast<double>(i) / cells, end = static_cast<double>(i + 1) / cells;
    for (Eigen::Index b = graphon.block_of(begin); b < graphon.block_count(); ++b) {
      if (graphon.bound(b) >= end) break;
      share(i, b) =
          std::max(0.0, std::min(end, graphon.bound(b + 1)) - std::max(begin, graphon.bound(b)));
    }
    share.row(i) /= share.row(i).sum();
  }
  return share * graphon.values * share.transpose();
}

}  // namespace aufbau::graphs
