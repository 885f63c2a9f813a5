#include "graphs/scores/descriptor_shift.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"
#include "graphs/scores/decompositions.h"
#include "graphs/scores/normalised_laplacian.h"
#include "graphs/scores/requirements.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "descriptor shift";

std::vector<double> sorted(std::span<const double> values) {
  for (const double value : values)
    if (!is_usable(value))
      fail(ErrorKind::non_finite, kWhere, "a value is ", value, ", expected a number of at most ",
           kLargestValue);
  std::vector<double> result(values.begin(), values.end());
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<double> sorted_column(const Matrix& rows, Eigen::Index column) {
  const Vector values = rows.col(column);
  return sorted({values.data(), static_cast<std::size_t>(values.size())});
}

double population_variance(const std::vector<double>& values, double mean) {
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size());
}

/// Sum of the cubes of the sizes of graphs whose eigenvalues are begun at all: a minute of a core.
constexpr double kMostEigenSteps = 3e10;

/// The eigenvalues of all graphs, in their order.
std::vector<double> pooled_eigenvalues(const GraphSelection& graphs) {
  std::vector<std::size_t> first = {0};
  double steps = 0;
  for (std::int64_t g = 0; g < graphs.size(); ++g) {
    const auto nodes = static_cast<double>(graphs[g].node_count());
    steps += nodes * nodes * nodes;
    first.push_back(first.back() + static_cast<std::size_t>(graphs[g].node_count()));
  }
  if (steps > kMostEigenSteps)
    fail(ErrorKind::usage, "laplacian spectrum", "the cubes of the sizes of the ", graphs.size(),
         " graphs sum to ", steps, ", more than ", kMostEigenSteps,
         "; choose fewer or smaller graphs");
  std::vector<double> values(first.back());
  parallel_blocks(graphs.size(), 16, [&](std::int64_t begin, std::int64_t end) {
    Neighbours neighbours;
    NormalisedLaplacian laplacian;
    std::vector<std::int32_t> nodes;
    for (std::int64_t g = begin; g < end; ++g) {
      neighbours.assign(graphs[g]);
      nodes.resize(static_cast<std::size_t>(neighbours.node_count()));
      if (nodes.empty()) continue;
      std::iota(nodes.begin(), nodes.end(), 0);
      const Vector own = symmetric_eigenvalues(laplacian.of(neighbours, nodes));
      std::copy(own.begin(), own.end(),
                values.begin() + static_cast<std::ptrdiff_t>(first[static_cast<std::size_t>(g)]));
    }
  });
  return values;
}

}  // namespace

double wasserstein_1d(std::span<const double> source, std::span<const double> target) {
  if (source.empty() || target.empty())
    fail(ErrorKind::nothing_valid, kWhere, "samples of ", source.size(), " and ", target.size(),
         " values");
  const std::vector<double> x = sorted(source), y = sorted(target);
  const auto n = static_cast<double>(x.size()), m = static_cast<double>(y.size());
  std::size_t i = 0, j = 0;
  double area = 0, at = std::min(x[0], y[0]);
  while (i < x.size() || j < y.size()) {
    const bool from_x = j == y.size() || (i < x.size() && x[i] <= y[j]);
    const double next = from_x ? x[i] : y[j];
    // Whole numbers, so that equal shares cancel exactly.
    area += (next - at) * std::abs(static_cast<double>(i) * m - static_cast<double>(j) * n);
    at = next;
    ++(from_x ? i : j);
  }
  return area / (n * m);
}

std::vector<ColumnShift> column_shifts(const Matrix& source, const Matrix& target) {
  require_rows(kWhere, "source", source);
  require_rows(kWhere, "target", target);
  require_same_width(kWhere, source, target);
  std::vector<ColumnShift> shifts(static_cast<std::size_t>(source.cols()));
  parallel_blocks(source.cols(), 1, [&](std::int64_t c, std::int64_t) {
    const std::vector<double> x = sorted_column(source, c), y = sorted_column(target, c);
    const auto mean = [](const std::vector<double>& values) {
      return std::accumulate(values.begin(), values.end(), 0.0) /
             static_cast<double>(values.size());
    };
    ColumnShift& shift = shifts[static_cast<std::size_t>(c)];
    shift.source_mean = mean(x);
    shift.target_mean = mean(y);
    shift.wasserstein = wasserstein_1d(x, y);
    const double apart = shift.target_mean - shift.source_mean;
    const double x_variance = population_variance(x, shift.source_mean);
    const double y_variance = population_variance(y, shift.target_mean);
    const double deviation = std::sqrt((x_variance + y_variance) / 2);
    const double share = static_cast<double>(x.size()) / static_cast<double>(x.size() + y.size());
    const double together = std::sqrt(share * x_variance + (1 - share) * y_variance +
                                      share * (1 - share) * apart * apart);
    // Below this values are equal and what they differ by is rounding, as in z_scores().
    const double least =
        1e-12 * std::max({1.0, std::abs(shift.source_mean), std::abs(shift.target_mean)});
    if (together > least) shift.standardised_wasserstein = shift.wasserstein / together;
    if (deviation > least)
      shift.standardised_mean_difference = apart / deviation;
    else if (std::abs(apart) > least)
      shift.standardised_mean_difference =
          std::copysign(std::numeric_limits<double>::infinity(), apart);
  });
  return shifts;
}

double mean_shift(const std::vector<ColumnShift>& shifts) {
  if (shifts.empty()) fail(ErrorKind::nothing_valid, kWhere, "there are no descriptors");
  double sum = 0;
  for (const ColumnShift& one : shifts) sum += one.standardised_wasserstein;
  return sum / static_cast<double>(shifts.size());
}

double laplacian_spectrum_shift(const GraphSelection& source, const GraphSelection& target) {
  return wasserstein_1d(pooled_eigenvalues(source), pooled_eigenvalues(target));
}

}  // namespace aufbau::graphs
