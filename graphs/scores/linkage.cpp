#include "graphs/scores/linkage.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"
#include "graphs/scores/requirements.h"

namespace aufbau::graphs {

namespace {

/// Calls distance(i, j) for every pair i > j.
template <class Distance>
PairDistances all_pairs(std::int64_t count, const Distance& distance) {
  PairDistances result(count);
  parallel_blocks(count, 32, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i)
      for (std::int64_t j = 0; j < i; ++j) result.at(i, j) = distance(i, j);
  });
  return result;
}

}  // namespace

PairDistances::PairDistances(std::int64_t count)
    : count_(count),
      values_(count < 2
                  ? 0
                  : static_cast<std::size_t>(count) * static_cast<std::size_t>(count - 1) / 2) {}

double PairDistances::largest() const {
  return values_.empty() ? 0 : *std::max_element(values_.begin(), values_.end());
}

PairDistances euclidean_distances(const Matrix& rows) {
  require_rows("distances", "matrix", rows);
  return all_pairs(rows.rows(), [&](std::int64_t i, std::int64_t j) {
    return (rows.row(i) - rows.row(j)).norm();
  });
}

PairDistances tanimoto_distances(const Fingerprints& fingerprints) {
  if (fingerprints.size() == 0)
    fail(ErrorKind::nothing_valid, "distances", "there are no fingerprints");
  return all_pairs(fingerprints.size(), [&](std::int64_t i, std::int64_t j) {
    return 1 - tanimoto(fingerprints, i, fingerprints, j);
  });
}

std::vector<Merge> complete_linkage(PairDistances distances) {
  std::vector<std::int64_t> alive(static_cast<std::size_t>(distances.count()));
  std::iota(alive.begin(), alive.end(), std::int64_t{0});
  std::vector<Merge> merges;
  // A cluster goes by the number of one of its members. Each link of the chain is the nearest
  // neighbour of the one before, until two are each other's.
  std::vector<std::int64_t> chain;
  while (alive.size() > 1) {
    if (chain.empty()) chain.push_back(alive.front());
    const std::int64_t end = chain.back();
    // The link before wins a tie, or the chain could go round in a circle.
    std::int64_t nearest = chain.size() > 1 ? chain[chain.size() - 2] : -1;
    double least = nearest >= 0 ? distances.at(end, nearest) : 0;
    for (const std::int64_t other : alive) {
      if (other == end) continue;
      const double distance = distances.at(end, other);
      if (nearest < 0 || distance < least) {
        nearest = other;
        least = distance;
      }
    }
    if (chain.size() < 2 || nearest != chain[chain.size() - 2]) {
      chain.push_back(nearest);
      continue;
    }
    const std::int64_t kept = std::min(end, nearest), gone = std::max(end, nearest);
    merges.push_back({least, kept, gone});
    chain.resize(chain.size() - 2);
    alive.erase(std::lower_bound(alive.begin(), alive.end(), gone));
    for (const std::int64_t other : alive)
      if (other != kept)
        distances.at(kept, other) = std::max(distances.at(kept, other), distances.at(gone, other));
  }
  // Chains find the merges out of order. No merge is lower than those it builds on, and those were
  // found before it.
  std::stable_sort(merges.begin(), merges.end(),
                   [](const Merge& a, const Merge& b) { return a.height < b.height; });
  return merges;
}

}  // namespace aufbau::graphs
