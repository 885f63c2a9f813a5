#pragma once
#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// A cheapest way to carry p to q, and the proof that it is one: row_price[i] + column_price[j] <=
/// cost[i, j], with equality wherever mass moves.
struct Transport {
  Matrix coupling;                 ///< [n, m], a vertex: at most n + m - 1 entries are not 0
  double cost = 0;                 ///< <cost, coupling>
  Vector row_price, column_price;  ///< [n], [m]
};

/// min <cost, T> over T >= 0 with row sums p and column sums q (the earth mover's problem), solved
/// exactly by the network simplex method on whole units of mass with strongly feasible trees
/// (Cunningham 1976), which cannot cycle. Deterministic. Weights as `mass_units` takes them;
/// Error{mismatch} for a cost that is not [n, m], Error{non_finite}.
Transport optimal_transport(const Matrix& cost, const Vector& p, const Vector& q);

}  // namespace aufbau::graphs
