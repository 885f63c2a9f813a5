#pragma once
// Dense float64 matrices for graphons: at most a few hundred rows, where the exactness of a
// decomposition matters and the speed of a product does not decide. Training uses Tensor instead.
#include <Eigen/Core>
#include <cstdint>

namespace aufbau::graphs {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;
using IntMatrix = Eigen::Matrix<std::int64_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace aufbau::graphs
