#include "graphs/scores/scaffold_coverage.h"

#include <string_view>
#include <unordered_set>

#include "core/error.h"

namespace aufbau::graphs {

namespace {

double share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

ScaffoldCoverage scaffold_coverage(std::span<const std::string> source,
                                   std::span<const std::string> target) {
  if (source.empty() || target.empty())
    fail(ErrorKind::nothing_valid, "scaffold coverage", "the source has ", source.size(),
         " molecules and the target has ", target.size());
  const std::unordered_set<std::string_view> known(source.begin(), source.end());
  std::unordered_set<std::string_view> distinct;
  ScaffoldCoverage coverage;
  std::int64_t covered = 0, covered_with_ring = 0, covered_scaffolds = 0;
  for (const std::string& scaffold : target) {
    const bool is_known = known.contains(scaffold);
    covered += is_known;
    if (scaffold.empty()) continue;
    ++coverage.ring_count;
    covered_with_ring += is_known;
    if (distinct.insert(scaffold).second) covered_scaffolds += is_known;
  }
  coverage.scaffold_count = static_cast<std::int64_t>(distinct.size());
  coverage.molecules_all = share(covered, static_cast<std::int64_t>(target.size()));
  coverage.molecules_ring = share(covered_with_ring, coverage.ring_count);
  coverage.scaffolds_ring = share(covered_scaffolds, coverage.scaffold_count);
  return coverage;
}

}  // namespace aufbau::graphs
