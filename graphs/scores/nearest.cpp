#include "graphs/scores/nearest.h"

#include <algorithm>
#include <numeric>

#include "core/parallel.h"

namespace aufbau::graphs {

namespace {

/// The source sorted by the number of set bits, and where each number begins.
class Shelves {
 public:
  explicit Shelves(const Fingerprints& source)
      : order_(static_cast<std::size_t>(source.size())),
        begin_(static_cast<std::size_t>(source.bit_count()) + 2, 0),
        sorted_(source.bit_count()) {
    std::iota(order_.begin(), order_.end(), std::int64_t{0});
    std::stable_sort(order_.begin(), order_.end(), [&](std::int64_t a, std::int64_t b) {
      return source.set_count(a) < source.set_count(b);
    });
    sorted_ = source.chosen(order_);
    for (const std::int64_t i : order_) ++begin_[static_cast<std::size_t>(source.set_count(i)) + 1];
    std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
  }

  void find(const Fingerprints& target, std::int64_t t, double& best,
            std::int64_t& best_index) const {
    const std::int32_t own = target.set_count(t);
    best = -1;
    // Downwards from the target's own number of bits, and upwards from the next.
    std::int32_t fewer = own, more = own + 1;
    while (true) {
      const double below = fewer < 0 ? -1 : bound(fewer, own);
      const double above = more > target.bit_count() ? -1 : bound(more, own);
      // A shelf that can only tie may still hold a lower index.
      if (std::max(below, above) < std::max(best, 0.0)) return;
      search(below >= above ? fewer-- : more++, target, t, best, best_index);
    }
  }

 private:
  static double bound(std::int32_t a, std::int32_t b) {
    return a == b ? 1.0 : static_cast<double>(std::min(a, b)) / std::max(a, b);
  }

  void search(std::int32_t shelf, const Fingerprints& target, std::int64_t t, double& best,
              std::int64_t& best_index) const {
    const auto s = static_cast<std::size_t>(shelf);
    for (std::int64_t i = begin_[s]; i < begin_[s + 1]; ++i) {
      const double similarity = tanimoto(sorted_, i, target, t);
      const std::int64_t index = order_[static_cast<std::size_t>(i)];
      if (similarity > best || (similarity == best && index < best_index)) {
        best = similarity;
        best_index = index;
      }
    }
  }

  std::vector<std::int64_t> order_, begin_;
  Fingerprints sorted_;
};

}  // namespace

double NearestNeighbours::mean() const {
  return std::accumulate(similarity.begin(), similarity.end(), 0.0) /
         static_cast<double>(similarity.size());
}

double NearestNeighbours::median() const {
  std::vector<double> sorted = similarity;
  std::sort(sorted.begin(), sorted.end());
  return (sorted[(sorted.size() - 1) / 2] + sorted[sorted.size() / 2]) / 2;
}

double NearestNeighbours::least() const {
  return *std::min_element(similarity.begin(), similarity.end());
}

std::vector<double> NearestNeighbours::coverage(std::span<const double> thresholds) const {
  std::vector<double> shares;
  for (const double threshold : thresholds) {
    const auto reached = std::count_if(similarity.begin(), similarity.end(),
                                       [&](double one) { return one >= threshold; });
    shares.push_back(static_cast<double>(reached) / static_cast<double>(similarity.size()));
  }
  return shares;
}

NearestNeighbours nearest_tanimoto(const Fingerprints& source, const Fingerprints& target) {
  require_fingerprints("nearest neighbours", source, target);
  const Shelves shelves(source);
  NearestNeighbours result;
  result.similarity.resize(static_cast<std::size_t>(target.size()));
  result.index.resize(result.similarity.size());
  parallel_blocks(target.size(), 64, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t t = begin; t < end; ++t)
      shelves.find(target, t, result.similarity[static_cast<std::size_t>(t)],
                   result.index[static_cast<std::size_t>(t)]);
  });
  return result;
}

}  // namespace aufbau::graphs
