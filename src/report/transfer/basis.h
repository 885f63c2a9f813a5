#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "data/subset.h"
#include "graphs/graphon/matrix.h"

namespace aufbau::report {

/// The graphs that one graphon of a basis is fitted to. Refers to datasets, which must outlive it.
struct BasisPart {
  using Rows = data::DatasetRows;
  std::string name;  ///< for people
  std::vector<Rows> graphs;

  std::int64_t size() const;
};

/// Of every graph of every source, in their order: [graphs, 8], the columns of
/// graphs::kTopologyStatistics.
graphs::Matrix topology_of(std::span<const data::Dataset> sources);
/// The graphs at these places among those of all sources, ascending.
BasisPart part_of(std::span<const std::int64_t> places, std::span<const data::Dataset> sources,
                  const std::string& name = "");

struct BasisSettings {
  int parts = 5;  ///< of topo; of domain where one source is divided by its scaffolds
  std::uint64_t seed = 0;
};

/// A way to divide the graphs of the sources into the parts of a basis (Cao et al. 2023, the
/// strategies integr, domain and topo).
struct BasisEntry {
  const char* name;
  const char* summary;
  /// Every graph of every source is in one part, and no part is empty. Error{nothing_valid}: there
  /// are no graphs; Error{usage}: fewer graphs, or scaffolds, than parts.
  std::vector<BasisPart> (*divide)(std::span<const data::Dataset> sources,
                                   const BasisSettings& settings);
};
extern const std::vector<BasisEntry> kBases;
const BasisEntry& basis_by_name(const std::string& name);  ///< Error{usage} with the known names

}  // namespace aufbau::report
