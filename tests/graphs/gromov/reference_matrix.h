#pragma once
#include <string>

#include "graphs/gromov/network.h"
#include "testing/reference.h"

namespace aufbau::testing {

/// A dataset of one or two dimensions as a matrix; one dimension is a row.
inline graphs::Matrix reference_matrix(const ReferenceFile& file, const std::string& path) {
  const Shape shape = file.shape(path);
  const std::vector<double> values = file.doubles(path);
  const Eigen::Index columns = shape.empty() ? 1 : static_cast<Eigen::Index>(shape.back());
  const Eigen::Index rows = columns == 0 ? 0 : static_cast<Eigen::Index>(values.size()) / columns;
  return Eigen::Map<const graphs::Matrix>(values.data(), rows, columns);
}

inline graphs::Vector reference_vector(const ReferenceFile& file, const std::string& path) {
  const std::vector<double> values = file.doubles(path);
  return Eigen::Map<const graphs::Vector>(values.data(), static_cast<Eigen::Index>(values.size()));
}

}  // namespace aufbau::testing
