#pragma once
#include <cstdint>
#include <vector>

#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// Two lists of weights as whole units, so that transport between them is exact: what is used up is
/// zero and not a rounding error, and ties are ties.
struct MassUnits {
  std::vector<std::int64_t> p, q;  ///< equal sums
  double unit = 0;                 ///< the mass of one unit
};

/// Equal weights (to 1e-12) on both sides become exact fractions; any others are rounded to 2^-50
/// of the total. Error{nothing_valid} for an empty list or no mass, Error{non_finite}, Error{usage}
/// for a negative weight, Error{mismatch} where the sums differ by more than 1e-9 of them.
MassUnits mass_units(const Vector& p, const Vector& q);

/// `units` from point i to point j.
struct Move {
  std::int64_t i = 0, j = 0, units = 0;
};
/// The monotone coupling of two lists in their order: the cells of the north-west corner rule that
/// carry mass, at most |p| + |q| - 1.
std::vector<Move> monotone_moves(const MassUnits& mass);

/// T_ij = min(P_i, Q_j) - max(P_{i-1}, Q_{j-1}) where positive, P and Q the running sums of p and
/// q.
Matrix monotone_coupling(const Vector& p, const Vector& q);

/// The optimal coupling on the line of values x (weights p) with values y (weights q) for any cost
/// that is convex in x - y; equal values keep their order.
Matrix sorted_coupling(const Vector& x, const Vector& y, const Vector& p, const Vector& q);

/// Positions of the values in ascending order. Values that only rounding can tell apart (1e-12 of
/// the largest) are equal and keep their own order: equal degrees summed in another order stay so.
std::vector<Eigen::Index> ascending_order(const Vector& values);

}  // namespace aufbau::graphs
