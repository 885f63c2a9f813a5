#include "report/transfer/selection/selection.h"

#include <algorithm>

#include "graphs/feasibility/estimate.h"
#include "graphs/scores/draws.h"
#include "nn/table.h"
#include "report/transfer/selection/selection_draws.h"

namespace aufbau::report {

const std::vector<SelectionEntry> kSelections = {
    {"sources", "whole sources: the subset that is nearest to the target; no limit: of any size",
     false, choose_sources},
    {"mixture",
     "parts of the sources in the proportions nearest to the target; no limit: as many as those "
     "allow",
     false, choose_mixture},
    {"herding",
     "graph by graph, whatever brings the mean nearest to the target; no limit: up to the nearest",
     false, [](const SelectionProblem& problem) { return choose_herding(problem, kHerdingWork); }},
    {"nearest", "the molecules most similar to each of the target by ECFP4; no limit: one for each",
     true, choose_nearest},
    {"recursive",
     "the published program's rule: cluster, keep the cluster of the largest weight, again; no "
     "limit: to its end",
     false, choose_recursively},
};

const SelectionEntry& selection_by_name(const std::string& name) {
  return nn::entry_named(kSelections, "select", "method", name);
}

std::int64_t SelectionProblem::available() const {
  std::int64_t graphs = 0;
  for (const data::Dataset& source : sources) graphs += source.size();
  return graphs;
}

std::int64_t SelectionProblem::most() const {
  return budget == 0 ? available() : std::min(budget, available());
}

BasisPart SelectionProblem::all() const {
  BasisPart part;
  for (const data::Dataset& source : sources)
    part.graphs.push_back(std::move(whole(source).graphs.front()));
  return part;
}

Selection::Selection(std::span<const data::Dataset> sources) {
  for (const data::Dataset& source : sources) rows.push_back({&source, {}});
}

void Selection::draw(const BasisPart& part, std::int64_t count, std::uint64_t seed) {
  if (count == 0) return;
  // In an order that hangs on the data, not on that of the sources.
  std::vector<const BasisPart::Rows*> ordered;
  for (const BasisPart::Rows& of_source : part.graphs) ordered.push_back(&of_source);
  std::stable_sort(ordered.begin(), ordered.end(), [](const auto* a, const auto* b) {
    return a->dataset->hash() < b->dataset->hash();
  });
  const std::vector<std::int64_t> drawn = graphs::random_rows(
      part.size(), count,
      selection_key(seed, SelectionDraw::part, ordered.front()->dataset->hash()));
  auto next = drawn.begin();
  std::int64_t first = 0;
  for (const BasisPart::Rows* of_source : ordered) {
    const auto size = static_cast<std::int64_t>(of_source->rows.size());
    const auto chosen = std::find_if(rows.begin(), rows.end(), [&](const auto& one) {
      return one.dataset == of_source->dataset;
    });
    for (; next != drawn.end() && *next < first + size; ++next)
      chosen->rows.push_back(of_source->rows[static_cast<std::size_t>(*next - first)]);
    std::sort(chosen->rows.begin(), chosen->rows.end());
    first += size;
  }
}

std::vector<std::int64_t> Selection::sizes() const {
  std::vector<std::int64_t> sizes;
  for (const data::DatasetRows& part : rows)
    sizes.push_back(static_cast<std::int64_t>(part.rows.size()));
  return sizes;
}

double unbiased_distance(const graphs::Moments& set, const graphs::Moments& target) {
  if (set.count < 2 || target.count < 2) return kUnknown;
  return graphs::unbiased_terms({set}, target).value(graphs::Vector::Ones(1));
}

}  // namespace aufbau::report
