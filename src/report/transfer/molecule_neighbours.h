#pragma once
#include <span>

#include "aufbau.h"
#include "report/transfer/scored_dataset.h"

namespace aufbau::report {

/// Of the samples that scores look at: the target molecules most and least similar to any source
/// molecule, and how many of them each source covers. Empty for networks.
struct MoleculeNeighbours {
  std::vector<NearestMolecule> nearest, farthest;
  std::vector<TransferCoverage> coverage;
};
MoleculeNeighbours molecule_neighbours(std::span<const ScoredDataset> sources,
                                       const ScoredDataset& target);

}  // namespace aufbau::report
