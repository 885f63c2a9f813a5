#include "report/transfer/study/rank_correlation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/random.h"

namespace aufbau::report {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double weight(std::span<const double> weights, std::size_t i) {
  return weights.empty() ? 1 : weights[i];
}

/// NaN without spread.
double pearson(std::span<const double> x, std::span<const double> y,
               std::span<const double> weights) {
  double total = 0, mean_x = 0, mean_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    total += weight(weights, i);
    mean_x += weight(weights, i) * x[i];
    mean_y += weight(weights, i) * y[i];
  }
  mean_x /= total;
  mean_y /= total;
  double xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double dx = x[i] - mean_x, dy = y[i] - mean_y;
    xx += weight(weights, i) * dx * dx;
    yy += weight(weights, i) * dy * dy;
    xy += weight(weights, i) * dx * dy;
  }
  if (!(xx > 0) || !(yy > 0)) return kNaN;
  return std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0);
}

int order(double a, double b) { return (a > b) - (a < b); }

/// The numbers in ascending order, each once.
std::vector<std::size_t> distinct(std::vector<std::size_t> numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

/// How often each of `numbers` comes in as many draws with replacement; by number.
std::vector<double> drawn_counts(const std::vector<std::size_t>& numbers, const RandomKey& key) {
  std::vector<double> counts(numbers.back() + 1);
  Random random(key);
  for (std::size_t draw = 0; draw < numbers.size(); ++draw)
    ++counts[numbers[random.below(numbers.size())]];
  return counts;
}

/// Linear interpolation between the ordered values at share (n - 1).
double quantile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - std::floor(place)) * (sorted[above] - sorted[below]);
}

}  // namespace

std::vector<double> average_ranks(std::span<const double> values, std::span<const double> weights) {
  std::vector<std::size_t> ascending(values.size());
  std::iota(ascending.begin(), ascending.end(), std::size_t{0});
  std::stable_sort(ascending.begin(), ascending.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<double> ranks(values.size());
  double before = 0;
  for (std::size_t begin = 0, end; begin < ascending.size(); begin = end) {
    double equal = 0;
    for (end = begin; end < ascending.size() && values[ascending[end]] == values[ascending[begin]];
         ++end)
      equal += weight(weights, ascending[end]);
    for (std::size_t i = begin; i < end; ++i) ranks[ascending[i]] = before + (equal + 1) / 2;
    before += equal;
  }
  return ranks;
}

double spearman(std::span<const double> x, std::span<const double> y,
                std::span<const double> weights) {
  if (x.size() < 2) return kNaN;
  return pearson(average_ranks(x, weights), average_ranks(y, weights), weights);
}

double kendall(std::span<const double> x, std::span<const double> y,
               std::span<const double> weights) {
  double difference = 0, untied_x = 0, untied_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      // Copies of one pair are tied in both and enter nothing.
      const double count = weight(weights, i) * weight(weights, j);
      const int of_x = order(x[i], x[j]), of_y = order(y[i], y[j]);
      difference += count * of_x * of_y;
      untied_x += count * std::abs(of_x);
      untied_y += count * std::abs(of_y);
    }
  if (!(untied_x > 0) || !(untied_y > 0)) return kNaN;
  return std::clamp(difference / std::sqrt(untied_x * untied_y), -1.0, 1.0);
}

CorrelationInterval pigeonhole_interval(std::span<const CrossedPair> pairs,
                                        double (*correlation)(std::span<const double>,
                                                              std::span<const double>,
                                                              std::span<const double>),
                                        const PigeonholeOptions& options) {
  std::vector<double> x, y, weights(pairs.size()), values;
  std::vector<std::size_t> rows, columns;
  for (const CrossedPair& pair : pairs) {
    x.push_back(pair.x);
    y.push_back(pair.y);
    rows.push_back(pair.row);
    columns.push_back(pair.column);
  }
  if (std::isnan(correlation(x, y, {}))) return {kNaN, kNaN};
  rows = distinct(std::move(rows));
  columns = distinct(std::move(columns));
  for (int replicate = 0; replicate < options.replicates; ++replicate) {
    RandomKey key{.seed = options.seed,
                  .purpose = Purpose::study_resample,
                  .item = static_cast<std::uint32_t>(replicate)};
    const std::vector<double> row_counts = drawn_counts(rows, key);
    key.stream = 1;
    const std::vector<double> column_counts = drawn_counts(columns, key);
    for (std::size_t i = 0; i < pairs.size(); ++i)
      weights[i] = row_counts[pairs[i].row] * column_counts[pairs[i].column];
    const double value = correlation(x, y, weights);
    if (!std::isnan(value)) values.push_back(value);
  }
  if (values.empty() || 2 * values.size() < static_cast<std::size_t>(options.replicates))
    return {kNaN, kNaN};
  std::sort(values.begin(), values.end());
  const double tail = (1 - options.level) / 2;
  return {quantile(values, tail), quantile(values, 1 - tail)};
}

}  // namespace aufbau::report
