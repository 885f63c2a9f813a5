#include "graphs/gromov/distances.h"

#include <cmath>

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"
#include "graphs/gromov/aligned.h"
#include "graphs/gromov/bounds.h"
#include "graphs/gromov/cut_norm.h"

namespace aufbau::graphs {

namespace {

template <GromovLoss loss>
double root_of_search(const MeasureNetwork& a, const MeasureNetwork& b) {
  GromovSearch search;
  search.loss = loss;
  return std::sqrt(gromov_wasserstein(a, b, search).value);
}

double root_of_degree_bound(const MeasureNetwork& a, const MeasureNetwork& b) {
  return std::sqrt(degree_lower_bound(a, b));
}

double root_of_spectral_bound(const MeasureNetwork& a, const MeasureNetwork& b) {
  return std::sqrt(spectral_lower_bound(a, b));
}

double root_of_monotone_bound(const MeasureNetwork& a, const MeasureNetwork& b) {
  return std::sqrt(monotone_upper_bound(a, b));
}

double root_of_aligned_bound(const MeasureNetwork& a, const MeasureNetwork& b) {
  return std::sqrt(aligned_upper_bound(a, b));
}

double aligned_cut_lower(const MeasureNetwork& a, const MeasureNetwork& b) {
  return cut_norm_lower(aligned_difference(a, b));
}

double aligned_cut_upper(const MeasureNetwork& a, const MeasureNetwork& b) {
  return cut_norm_upper(aligned_difference(a, b));
}

}  // namespace

const std::vector<GraphonDistance>& graphon_distances() {
  static const std::vector<GraphonDistance> table = {
      {"gw", "Gromov-Wasserstein, square loss: root of the best of all starts",
       root_of_search<GromovLoss::square>},
      {"gw-kl", "Gromov-Wasserstein, KL loss (not symmetric): root of the best of all starts",
       root_of_search<GromovLoss::kl>},
      {"gw-lower-degree", "certified: 'gw' is at least the distance of the degree distributions",
       root_of_degree_bound},
      {"gw-lower-spectral", "certified: 'gw' is at least the distance of the spectra",
       root_of_spectral_bound},
      {"gw-upper-monotone", "certified: 'gw' is at most the difference in the given order",
       root_of_monotone_bound},
      {"gw-upper-aligned", "certified: 'gw' is at most the difference in the order of the degrees",
       root_of_aligned_bound},
      {"aligned-l1", "mean absolute difference, both sorted by degree", aligned_l1},
      {"aligned-l2", "root mean square difference, both sorted by degree", aligned_l2},
      {"cut-lower", "a cut of the degree sorted difference: its cut norm is at least this",
       aligned_cut_lower},
      {"cut-upper", "the cut norm of the degree sorted difference is at most this",
       aligned_cut_upper},
  };
  return table;
}

const GraphonDistance& graphon_distance(const std::string& name) {
  std::vector<std::string> known;
  for (const GraphonDistance& distance : graphon_distances()) {
    if (distance.name == name) return distance;
    known.emplace_back(distance.name);
  }
  fail_unknown_name("graphon distance", "distance", name, known);
}

std::vector<double> pairwise_distances(const GraphonDistance& distance,
                                       const std::vector<NetworkPair>& pairs) {
  for (const NetworkPair& pair : pairs)
    if (!pair.a || !pair.b)
      fail(ErrorKind::usage, "graphon distance", "a pair lacks one of its networks");
  std::vector<double> values(pairs.size());
  parallel_blocks(
      static_cast<std::int64_t>(pairs.size()), 1, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
          values[i] = distance.between(*pairs[i].a, *pairs[i].b);
      });
  return values;
}

}  // namespace aufbau::graphs
