#include "graphs/gromov/aligned.h"

#include <cmath>

#include "graphs/gromov/mass_units.h"

namespace aufbau::graphs {

MeasureNetwork degree_sorted(const MeasureNetwork& network) {
  require_network("aligned difference", network);
  const std::vector<Eigen::Index> order = ascending_order(-row_averages(network));
  return {network.values(order, order), network.weights(order)};
}

MeasureNetwork aligned_difference(const MeasureNetwork& a, const MeasureNetwork& b) {
  const MeasureNetwork first = degree_sorted(a), second = degree_sorted(b);
  const MassUnits mass = mass_units(first.weights, second.weights);
  const std::vector<Move> cells = monotone_moves(mass);
  const auto count = static_cast<Eigen::Index>(cells.size());
  std::vector<Eigen::Index> of_first, of_second;
  Vector weights(count);
  for (const Move& cell : cells) {
    weights[static_cast<Eigen::Index>(of_first.size())] =
        static_cast<double>(cell.units) * mass.unit;
    of_first.push_back(cell.i);
    of_second.push_back(cell.j);
  }
  return {first.values(of_first, of_first) - second.values(of_second, of_second), weights};
}

double aligned_l1(const MeasureNetwork& a, const MeasureNetwork& b) {
  const MeasureNetwork difference = aligned_difference(a, b);
  return difference.weights.dot(Matrix(difference.values.cwiseAbs()) * difference.weights);
}

double aligned_l2(const MeasureNetwork& a, const MeasureNetwork& b) {
  const MeasureNetwork difference = aligned_difference(a, b);
  return std::sqrt(
      difference.weights.dot(Matrix(difference.values.cwiseAbs2()) * difference.weights));
}

}  // namespace aufbau::graphs
