#include "report/transfer/basis.h"

#include <algorithm>
#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "graphs/topology/topology_clusters.h"
#include "graphs/topology/topology_statistics.h"
#include "nn/table.h"
#include "report/transfer/dataset_name.h"

namespace aufbau::report {

namespace {

constexpr const char* kWhere = "basis";

std::vector<std::int64_t> all_rows(const data::Dataset& dataset) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(dataset.size()));
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  return rows;
}

void require_graphs(std::span<const data::Dataset> sources) {
  std::int64_t graphs = 0;
  for (const data::Dataset& source : sources) graphs += source.size();
  if (graphs == 0)
    fail(ErrorKind::nothing_valid, kWhere, "the ", sources.size(), " sources hold no graphs");
}

std::vector<BasisPart> integrate(std::span<const data::Dataset> sources, const BasisSettings&) {
  require_graphs(sources);
  BasisPart all{"all sources", {}};
  for (const data::Dataset& source : sources) all.graphs.push_back({&source, all_rows(source)});
  return {all};
}

/// Groups of one scaffold in an order by chance, cut into parts of equally many. (The released code
/// leaves half of every part out.)
std::vector<BasisPart> scaffold_domains(const data::Dataset& source,
                                        const BasisSettings& settings) {
  const std::vector<std::int32_t>& scaffold = source.molecules().scaffold;
  const std::size_t scaffolds =
      1 + static_cast<std::size_t>(*std::max_element(scaffold.begin(), scaffold.end()));
  std::vector<std::int32_t> used(scaffolds, -1), order;
  for (const std::int32_t one : scaffold)
    if (used[static_cast<std::size_t>(one)]++ < 0) order.push_back(one);
  const auto parts = static_cast<std::size_t>(settings.parts);
  if (settings.parts < 1 || order.size() < parts)
    fail(ErrorKind::usage, kWhere, source.path(), " has ", order.size(),
         " scaffolds, which cannot be divided into ", settings.parts, " domains");
  std::sort(order.begin(), order.end());
  Random random({.seed = settings.seed, .purpose = Purpose::split});
  for (std::size_t i = order.size(); i-- > 1;) std::swap(order[i], order[random.below(i + 1)]);

  std::vector<std::size_t> part_of(scaffolds);
  for (std::size_t place = 0; place < order.size(); ++place)
    part_of[static_cast<std::size_t>(order[place])] = place * parts / order.size();
  std::vector<BasisPart> domains(parts);
  for (std::size_t p = 0; p < parts; ++p)
    domains[p] = {"scaffolds " + std::to_string(p + 1) + " of " + std::to_string(parts),
                  {{&source, {}}}};
  for (std::int64_t row = 0; row < source.size(); ++row)
    domains[part_of[static_cast<std::size_t>(scaffold[static_cast<std::size_t>(row)])]]
        .graphs.front()
        .rows.push_back(row);
  return domains;
}

std::vector<BasisPart> by_domain(std::span<const data::Dataset> sources,
                                 const BasisSettings& settings) {
  require_graphs(sources);
  if (sources.size() == 1 && !sources[0].molecules().scaffold.empty())
    return scaffold_domains(sources[0], settings);
  std::vector<BasisPart> parts;
  for (const data::Dataset& source : sources)
    if (source.size() > 0) parts.push_back({name_of(source), {{&source, all_rows(source)}}});
  return parts;
}

/// k-means on what the topology of each graph is, over the graphs of all sources together.
std::vector<BasisPart> by_topology(std::span<const data::Dataset> sources,
                                   const BasisSettings& settings) {
  require_graphs(sources);
  std::vector<BasisPart> parts;
  for (const std::vector<std::int64_t>& cluster :
       graphs::topology_clusters(topology_of(sources), settings.parts, settings.seed))
    parts.push_back(part_of(cluster, sources, "topology " + std::to_string(parts.size() + 1)));
  return parts;
}

}  // namespace

const std::vector<BasisEntry> kBases = {
    {"topo", "clusters of all graphs by their topology", by_topology},
    {"domain", "each source; of one source alone, parts of its scaffolds", by_domain},
    {"integr", "all graphs together", integrate},
};

const BasisEntry& basis_by_name(const std::string& name) {
  return nn::entry_named(kBases, "transfer", "basis", name);
}

graphs::Matrix topology_of(std::span<const data::Dataset> sources) {
  Eigen::Index graphs = 0, first = 0;
  for (const data::Dataset& source : sources) graphs += source.size();
  graphs::Matrix statistics(graphs, graphs::kTopologyStatistics.size());
  for (const data::Dataset& source : sources) {
    statistics.middleRows(first, source.size()) = graphs::topology_statistics(source.graphs());
    first += source.size();
  }
  return statistics;
}

BasisPart part_of(std::span<const std::int64_t> places, std::span<const data::Dataset> sources,
                  const std::string& name) {
  BasisPart part{name, {}};
  auto next = places.begin();
  std::int64_t before = 0;  // graphs of the sources before this one
  for (const data::Dataset& source : sources) {
    BasisPart::Rows of_source{&source, {}};
    for (; next != places.end() && *next < before + source.size(); ++next)
      of_source.rows.push_back(*next - before);
    before += source.size();
    if (!of_source.rows.empty()) part.graphs.push_back(std::move(of_source));
  }
  return part;
}

std::int64_t BasisPart::size() const {
  std::int64_t size = 0;
  for (const Rows& of_source : graphs) size += static_cast<std::int64_t>(of_source.rows.size());
  return size;
}

}  // namespace aufbau::report
