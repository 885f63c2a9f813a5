#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// A step function W on [0, 1]^2: the chance of an edge between two nodes by where they lie in the
/// order of all nodes, most connected first.
struct Graphon {
  Matrix values;               ///< [k, k], one number per pair of blocks
  std::vector<double> bounds;  ///< k + 1 numbers ascending from 0 to 1; empty: k equal blocks

  Eigen::Index block_count() const { return values.rows(); }
  /// Where block `b` begins, 0 <= b <= k.
  double bound(Eigen::Index b) const;
  /// Lengths of the blocks: k numbers that sum to 1.
  Vector widths() const;
  /// The block b with bound(b) <= x < bound(b + 1); the last one holds 1 too. x in [0, 1].
  Eigen::Index block_of(double x) const;
  double at(double x, double y) const { return values(block_of(x), block_of(y)); }
};

/// Error{mismatch} unless the values are a square of at least one finite number and the bounds
/// ascend from 0 to 1 with one more entry than there are blocks.
void check_graphon(const std::string& where, const Graphon& graphon);

/// The integral of W: the mean edge density.
double mean(const Graphon& graphon);
/// W / mean(W): what is left of a graphon when its density is taken out; zeros when the mean is 0.
Graphon shape_of(const Graphon& graphon);
/// The means of W over the cells of an n x n grid: the nearest step function on that grid in L2.
/// Without change of value where cells lie inside blocks. n >= 1, else Error{usage}.
Matrix projected(const Graphon& graphon, Eigen::Index n);

}  // namespace aufbau::graphs
