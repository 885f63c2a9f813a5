#include "graphs/scores/normalised_laplacian.h"

#include <cmath>

namespace aufbau::graphs {

Matrix NormalisedLaplacian::of(const Neighbours& neighbours, std::span<const std::int32_t> nodes) {
  position_.resize(static_cast<std::size_t>(neighbours.node_count()), -1);
  const auto position = [&](std::int32_t node) -> std::int32_t& {
    return position_[static_cast<std::size_t>(node)];
  };
  for (std::size_t i = 0; i < nodes.size(); ++i) position(nodes[i]) = static_cast<std::int32_t>(i);
  const auto size = static_cast<Eigen::Index>(nodes.size());
  Matrix laplacian = Matrix::Zero(size, size);
  Vector degree = Vector::Zero(size);
  for (const std::int32_t node : nodes)
    for (const std::int32_t other : neighbours.of(node))
      if (position(other) >= 0) ++degree[position(node)];
  for (const std::int32_t node : nodes) {
    const std::int32_t row = position(node);
    if (degree[row] > 0) laplacian(row, row) = 1;
    for (const std::int32_t other : neighbours.of(node))
      if (const std::int32_t column = position(other); column >= 0)
        laplacian(row, column) = -1 / std::sqrt(degree[row] * degree[column]);
  }
  for (const std::int32_t node : nodes) position(node) = -1;
  return laplacian;
}

}  // namespace aufbau::graphs
