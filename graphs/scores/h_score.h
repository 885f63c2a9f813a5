#pragma once
#include <cstdint>
#include <span>

#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// How far apart the classes lie in feature space, tr(S_l^-1 B): S_l = (1 - l) S + l tr(S)/d I is
/// the covariance of all rows shrunk by l, B = sum_c n_c/n (mu_c - mu)(mu_c - mu)^T (Bao et al.
/// 2019; shrinkage: Ibrahim et al. 2021). Covariances of the population. Higher means that the
/// classes are easier to tell apart.
struct HScore {
  double value = 0;
  double shrinkage = 0;  ///< l
  double scaled = 0;     ///< (1 - l) value: 0 where the shrinkage leaves nothing of S
};

/// Features [n, d], one label per row. With l = 0, directions whose variance is below 1e-10 of the
/// largest are left out (pseudo-inverse): use that only for n well above d. Time n d^2 + d^3.
/// Error{usage} for a shrinkage outside [0, 1] or fewer than two classes; else as require_rows().
HScore h_score(const Matrix& features, std::span<const std::int32_t> labels, double shrinkage);
/// With the shrinkage of ledoit_wolf().
HScore h_score(const Matrix& features, std::span<const std::int32_t> labels);

/// The shrinkage towards tr(S)/d I that comes closest to the true covariance (Ledoit and Wolf
/// 2004): min(b, e) / e with e = |S - tr(S)/d I|^2 and b = sum_i |x_i x_i^T - S|^2 / n^2, rows
/// centred; 0 when e is 0.
double ledoit_wolf(const Matrix& features);

}  // namespace aufbau::graphs
