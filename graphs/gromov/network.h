#pragma once
#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// Points with weights and a number for every ordered pair of them: the measure networks of
/// Chowdhury and Memoli (2019). A step graphon is one: blocks, their widths, their values.
struct MeasureNetwork {
  Matrix values;   ///< [n, n]
  Vector weights;  ///< [n], none negative, sum 1

  Eigen::Index size() const { return values.rows(); }
};

/// Every point with weight 1/n.
MeasureNetwork uniform_network(Matrix values);

/// Error{nothing_valid} for no points; Error{mismatch} for values that are not [n, n] or weights
/// that are not [n]; Error{non_finite}; Error{usage} for a negative weight or a sum other than 1
/// (by more than 1e-9).
void require_network(const char* where, const MeasureNetwork& network);

/// values * weights: the mean of every row, its degree in the graphon; [n].
Vector row_averages(const MeasureNetwork& network);

}  // namespace aufbau::graphs
