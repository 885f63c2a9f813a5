#pragma once
#include <vector>

#include "graphs/graphon/matrix.h"
#include "graphs/scores/linkage.h"

namespace aufbau::graphs {

/// How rough a property is over a representation: near 0 where close things have close values, high
/// where a model must tell near neighbours apart. Things are merged by complete linkage, and what
/// counts is how soon that blurs the property.
struct Rogi {
  double rogi = 0;     ///< integral over t in [0, 1] of sigma(0) - sigma(t), t the height of the
                       ///< merges (Aldeghi et al. 2022)
  double rogi_xd = 0;  ///< the same over 1 - ln(clusters) / ln(n), by trapezoids: comparable
                       ///< between representations of different width (Graff et al. 2023)
  std::vector<double> heights;  ///< [n - 1], distances divided by the largest
  std::vector<double> sigma;    ///< [n], after 0, 1, ... merges: twice the population deviation of
                                ///< the property, scaled to [0, 1], with clusters at their means
};

/// Property [n] over the rows [n, d] by Euclidean distance. Memory 8 n^2 bytes, time n^2 d: a large
/// set takes part with its random_rows(). Error{usage} for fewer than two rows, or when all rows or
/// all values are the same: nothing can be divided by their range then; else as require_rows() and
/// require_targets().
Rogi rogi(const Matrix& rows, const Vector& property);
/// By Tanimoto distance.
Rogi rogi(const Fingerprints& fingerprints, const Vector& property);
/// By distances that are given.
Rogi rogi(const PairDistances& distances, const Vector& property);

}  // namespace aufbau::graphs
