#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace aufbau::graphs {

/// How much of a target is built on scaffolds that the source has too. A molecule without rings has
/// the empty scaffold.
struct ScaffoldCoverage {
  double molecules_all = 0;   ///< share of target molecules; no ring counts as a scaffold
  double molecules_ring = 0;  ///< share of target molecules with a ring; 0 when there are none
  double scaffolds_ring =
      0;  ///< share of the distinct scaffolds with a ring; 0 when there are none
  std::int64_t ring_count = 0;      ///< target molecules with a ring
  std::int64_t scaffold_count = 0;  ///< their distinct scaffolds
};

/// One scaffold per molecule, equal exactly when their texts are. Error{nothing_valid} when a side
/// has no molecules.
ScaffoldCoverage scaffold_coverage(std::span<const std::string> source,
                                   std::span<const std::string> target);

}  // namespace aufbau::graphs
