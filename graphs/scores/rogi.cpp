#include "graphs/scores/rogi.h"

#include <cmath>
#include <numeric>

#include "core/error.h"
#include "graphs/scores/requirements.h"

namespace aufbau::graphs {

namespace {

constexpr char kWhere[] = "rogi";

/// Which cluster a thing is in, how many it has and their sum.
class Clusters {
 public:
  explicit Clusters(const Vector& values)
      : parent_(static_cast<std::size_t>(values.size())),
        count_(parent_.size(), 1),
        sum_(values.begin(), values.end()) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }
  /// By how much the merge lowers the sum of squares of the cluster means over all things.
  double merge(std::int64_t one, std::int64_t other) {
    const std::size_t a = root(static_cast<std::size_t>(one)),
                      b = root(static_cast<std::size_t>(other));
    const double apart = sum_[a] / count_[a] - sum_[b] / count_[b];
    const double lost = count_[a] * count_[b] / (count_[a] + count_[b]) * apart * apart;
    parent_[b] = a;
    count_[a] += count_[b];
    sum_[a] += sum_[b];
    return lost;
  }

 private:
  std::size_t root(std::size_t thing) {
    while (parent_[thing] != thing) thing = parent_[thing] = parent_[parent_[thing]];
    return thing;
  }
  std::vector<std::size_t> parent_;
  std::vector<double> count_, sum_;
};

}  // namespace

Rogi rogi(const PairDistances& distances, const Vector& property) {
  const std::int64_t n = distances.count();
  if (property.size() != n)
    fail(ErrorKind::mismatch, kWhere, property.size(), " targets for ", n, " rows");
  if (n < 2) fail(ErrorKind::usage, kWhere, n, " rows, expected at least 2");
  for (const double value : property)
    if (!is_usable(value))
      fail(ErrorKind::non_finite, kWhere, "a target is ", value, ", expected a number of at most ",
           kLargestValue, "; leave out rows without a label");
  const double largest = distances.largest();
  if (!(largest > 0) || !std::isfinite(largest))
    fail(ErrorKind::usage, kWhere, "the largest distance is ", largest,
         ", expected a number above 0; are all rows the same?");
  const double low = property.minCoeff(), range = property.maxCoeff() - low;
  if (!(range > 0)) fail(ErrorKind::usage, kWhere, "all targets are ", low);

  const std::vector<Merge> merges = complete_linkage(distances);
  const Vector scaled = (property.array() - low) / range;
  Clusters clusters(scaled);
  Rogi result;
  std::vector<double> lost;
  for (const Merge& merge : merges) {
    result.heights.push_back(merge.height / largest);
    lost.push_back(clusters.merge(merge.a, merge.b));
  }
  // From the end, where one cluster is left and sigma is 0, upwards: no digits cancel.
  const auto count = static_cast<std::size_t>(n);
  result.sigma.assign(count, 0);
  double squares = 0;
  for (std::size_t i = count - 1; i-- > 0;) {
    squares += lost[i];
    result.sigma[i] = 2 * std::sqrt(squares / static_cast<double>(n));
  }

  const auto blurred = [&](std::size_t i) { return result.sigma[0] - result.sigma[i]; };
  const auto merged_share = [&](std::size_t i) {
    return 1 - std::log(static_cast<double>(count - i)) / std::log(static_cast<double>(n));
  };
  for (std::size_t i = 1; i < count; ++i) {
    const double until = i + 1 < count ? result.heights[i] : 1;
    result.rogi += (until - result.heights[i - 1]) * blurred(i);
    result.rogi_xd += (merged_share(i) - merged_share(i - 1)) * (blurred(i) + blurred(i - 1)) / 2;
  }
  return result;
}

Rogi rogi(const Matrix& rows, const Vector& property) {
  require_rows(kWhere, "matrix of features", rows, 2);
  require_targets(kWhere, rows, property);
  return rogi(euclidean_distances(rows), property);
}

Rogi rogi(const Fingerprints& fingerprints, const Vector& property) {
  return rogi(tanimoto_distances(fingerprints), property);
}

}  // namespace aufbau::graphs
