#include "report/transfer/molecule_neighbours.h"

#include <algorithm>
#include <numeric>

#include "graphs/scores/nearest.h"
#include "report/transfer/dataset_name.h"

namespace aufbau::report {

namespace {

constexpr std::size_t kShown = 6;  ///< molecules, of the nearest and of the farthest
constexpr int kThresholds = 20;    ///< of coverage, 0 to 1

/// The nearest molecule of all sources to one molecule of the target.
struct Neighbour {
  double similarity = -1;
  std::size_t source = 0;
  std::int64_t index = 0;  ///< in the sample of the source
};

const std::string& smiles_of(const ScoredDataset& set, std::int64_t index) {
  const std::int64_t row = set.rows()[static_cast<std::size_t>(index)];
  return set.dataset().molecules().smiles[static_cast<std::size_t>(row)];
}

}  // namespace

MoleculeNeighbours molecule_neighbours(std::span<const ScoredDataset> sources,
                                       const ScoredDataset& target) {
  MoleculeNeighbours found;
  if (!target.fingerprints() || target.rows().empty()) return found;
  std::vector<double> thresholds(kThresholds + 1);
  for (int i = 0; i <= kThresholds; ++i)
    thresholds[static_cast<std::size_t>(i)] = static_cast<double>(i) / kThresholds;

  std::vector<Neighbour> neighbours(target.rows().size());
  for (std::size_t s = 0; s < sources.size(); ++s) {
    const graphs::Fingerprints* source = sources[s].fingerprints();
    if (!source || source->size() == 0) continue;
    const graphs::NearestNeighbours of_source =
        graphs::nearest_tanimoto(*source, *target.fingerprints());
    found.coverage.push_back(
        {name_of(sources[s].dataset()), thresholds, of_source.coverage(thresholds)});
    for (std::size_t i = 0; i < neighbours.size(); ++i)
      if (of_source.similarity[i] > neighbours[i].similarity)
        neighbours[i] = {of_source.similarity[i], s, of_source.index[i]};
  }
  if (found.coverage.empty()) return found;

  std::vector<std::size_t> order(neighbours.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return neighbours[a].similarity > neighbours[b].similarity;
  });
  const auto molecule = [&](std::size_t i) -> NearestMolecule {
    const ScoredDataset& source = sources[neighbours[i].source];
    return {smiles_of(target, static_cast<std::int64_t>(i)), name_of(source.dataset()),
            smiles_of(source, neighbours[i].index), neighbours[i].similarity};
  };
  const std::size_t shown = std::min(kShown, order.size());
  for (std::size_t k = 0; k < shown; ++k) found.nearest.push_back(molecule(order[k]));
  for (std::size_t k = 0; k < shown; ++k)
    found.farthest.push_back(molecule(order[order.size() - 1 - k]));
  return found;
}

}  // namespace aufbau::report
