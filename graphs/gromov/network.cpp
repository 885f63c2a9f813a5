#include "graphs/gromov/network.h"

#include <cmath>

#include "core/error.h"

namespace aufbau::graphs {

MeasureNetwork uniform_network(Matrix values) {
  const Eigen::Index n = values.rows();
  return {std::move(values), Vector::Constant(n, n == 0 ? 0 : 1.0 / static_cast<double>(n))};
}

void require_network(const char* where, const MeasureNetwork& network) {
  const Eigen::Index n = network.values.rows();
  if (n == 0) fail(ErrorKind::nothing_valid, where, "a network has no points, expected at least 1");
  if (network.values.cols() != n)
    fail(ErrorKind::mismatch, where, "the values of a network are ", n, " x ",
         network.values.cols(), ", expected a square");
  if (network.weights.size() != n)
    fail(ErrorKind::mismatch, where, "a network has ", n, " points but ", network.weights.size(),
         " weights");
  if (!network.values.allFinite() || !network.weights.allFinite())
    fail(ErrorKind::non_finite, where, "a network holds a value or weight that is not finite");
  if (network.weights.minCoeff() < 0)
    fail(ErrorKind::usage, where, "a network has the negative weight ", network.weights.minCoeff());
  if (std::abs(network.weights.sum() - 1) > 1e-9)
    fail(ErrorKind::usage, where, "the weights of a network sum to ", network.weights.sum(),
         ", expected 1; divide them by their sum");
}

Vector row_averages(const MeasureNetwork& network) { return network.values * network.weights; }

}  // namespace aufbau::graphs
