#include "report/transfer/fitted_basis.h"

#include <algorithm>
#include <map>

#include "core/error.h"
#include "graphs/graphon/estimators.h"
#include "report/transfer/dataset_name.h"

namespace aufbau::report {

namespace {

/// The structure of all graphs of a part, in one set: what estimators other than relative-rank
/// read.
graphs::GraphSet structure_of(const BasisPart& part) {
  graphs::GraphSet all(graphs::network_schema());
  std::vector<std::uint16_t> no_tags;
  for (const BasisPart::Rows& of_source : part.graphs)
    for (const std::int64_t row : of_source.rows) {
      graphs::GraphView view = of_source.dataset->graph(row);
      no_tags.assign(static_cast<std::size_t>(view.node_count()), 0);
      graphs::Graph graph;
      graph.node_columns = 1;
      graph.node_codes = no_tags;
      graph.begin.assign(view.begin.begin(), view.begin.end());
      graph.end.assign(view.end.begin(), view.end.end());
      all.append(graph.view());
    }
  return all;
}

/// The most frequent codes of the first node column have a class each, all others the last one.
graphs::NodeClasses frequent_classes(int types, std::span<const data::Dataset> sources,
                                     std::span<const data::Dataset> targets) {
  const data::Dataset& first = targets.empty() ? sources.front() : targets.front();
  std::map<std::int32_t, std::int64_t> count;
  const auto add = [&](const data::Dataset& dataset) {
    graphs::require_same_schema("transfer", first.schema(), dataset.schema(),
                                first.path() + " and " + dataset.path() +
                                    " have no node types in common: leave --node-types out");
    for (std::int64_t row = 0; row < dataset.size(); ++row) {
      const graphs::GraphView graph = dataset.graph(row);
      for (std::size_t at = 0; at < graph.node_codes.size();
           at += static_cast<std::size_t>(graph.node_columns))
        ++count[graph.node_codes[at]];
    }
  };
  for (const data::Dataset& source : sources) add(source);
  for (const data::Dataset& target : targets) add(target);

  std::vector<std::pair<std::int64_t, std::int32_t>> by_count;
  for (const auto& [code, times] : count) by_count.emplace_back(-times, code);
  std::sort(by_count.begin(), by_count.end());
  graphs::NodeClasses classes;
  classes.class_count = types;
  classes.class_of_code.assign(static_cast<std::size_t>(first.schema().node.front().cardinality),
                               types - 1);
  for (std::size_t i = 0; i < by_count.size() && i + 1 < static_cast<std::size_t>(types); ++i)
    classes.class_of_code[static_cast<std::size_t>(by_count[i].second)] =
        static_cast<std::int32_t>(i);
  return classes;
}

/// The fit of the dataset that this part is all of, or null. Rows of a part are distinct.
const FittedBasis* whole_of(const BasisPart& part, std::span<const FittedBasis> wholes) {
  if (part.graphs.size() != 1) return nullptr;
  const BasisPart::Rows& only = part.graphs.front();
  if (static_cast<std::int64_t>(only.rows.size()) != only.dataset->size()) return nullptr;
  for (const FittedBasis& whole : wholes)
    if (whole.dataset == only.dataset) return &whole;
  return nullptr;
}

void add_part(FittedBasis& basis, const BasisPart& part, const GraphonSettings& settings,
              std::span<const FittedBasis> wholes) {
  if (const FittedBasis* known = whole_of(part, wholes)) {
    basis.samples.insert(basis.samples.end(), known->samples.begin(), known->samples.end());
    basis.parts.push_back(known->parts.front());
    basis.parts.back().name = part.name;
    return;
  }
  FittedGraphs fitted{part.name, part.size(), {}, {}};
  if (settings.has_samples()) {
    basis.samples.push_back(histograms_of(part, settings.histograms));
    fitted.graphon = mean_graphon(basis.samples.back().moments(), settings.histograms);
  }
  if (!settings.has_samples() || settings.compat) {
    const graphs::GraphSet all = structure_of(part);
    if (!settings.has_samples()) {
      const graphs::Matrix graphon =
          graphs::projected(graphs::estimator_by_name(settings.estimator).estimate(all, {}),
                            settings.histograms.resolution);
      fitted.graphon = (graphon + graphon.transpose()) / 2;  // symmetric but for rounding
    }
    if (settings.compat) fitted.compat_graphon = graphs::sort_and_smooth(all).values;
  }
  basis.parts.push_back(std::move(fitted));
}

}  // namespace

GraphonSettings graphon_settings(const MeasureOptions& options, std::uint64_t seed,
                                 std::span<const data::Dataset> sources,
                                 std::span<const data::Dataset> targets) {
  GraphonSettings settings;
  settings.estimator = graphs::estimator_by_name(options.estimator).name;
  settings.compat = options.compat;
  settings.seed = seed;
  settings.histograms.resolution = options.resolution;
  settings.histograms.limits.seed = seed;
  if (options.node_types > 1) {
    if (!settings.has_samples())
      fail(ErrorKind::usage, "transfer", "--node-types goes with the estimator relative-rank, not ",
           options.estimator);
    settings.histograms.classes = frequent_classes(options.node_types, sources, targets);
  }
  return settings;
}

FittedBasis fit_basis(const std::string& basis, int parts, std::span<const data::Dataset> sources,
                      const GraphonSettings& settings, std::span<const FittedBasis> wholes) {
  const BasisEntry& entry = basis_by_name(basis);
  FittedBasis fitted;
  fitted.name = entry.name;
  try {
    for (const BasisPart& part : entry.divide(sources, {.parts = parts, .seed = settings.seed}))
      add_part(fitted, part, settings, wholes);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::usage) throw;
    fitted = {fitted.name, {}, {}, error.what()};
  }
  return fitted;
}

FittedBasis fit_whole(const data::Dataset& dataset, const GraphonSettings& settings) {
  FittedBasis fitted;
  fitted.name = name_of(dataset);
  fitted.dataset = &dataset;
  add_part(fitted, whole(dataset), settings, {});
  return fitted;
}

}  // namespace aufbau::report
