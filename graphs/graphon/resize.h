#pragma once
#include "graphs/graphon/matrix.h"

namespace aufbau::graphs {

/// `source` at another size, bilinear: row i of the result reads the source at
/// (i + 1/2) rows/result_rows - 1/2, columns likewise, with coordinates beyond the border clamped
/// to it and no antialiasing. The convention of image libraries (half-pixel centres), in which
/// published graphons of different sizes are brought to one grid (Xu et al. 2021, "Learning
/// Graphons via Structured Gromov-Wasserstein Barycenters"). Error{usage} when a size is below 1 or
/// the source is empty.
Matrix bilinear_resize(const Matrix& source, Eigen::Index rows, Eigen::Index cols);

}  // namespace aufbau::graphs
