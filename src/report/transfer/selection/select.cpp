#include "report/transfer/selection/select.h"

#include <filesystem>

#include "core/error.h"
#include "core/json_object.h"
#include "core/text.h"
#include "data/subset.h"
#include "graphs/feasibility/estimate.h"
#include "graphs/scores/draws.h"
#include "report/transfer/fitted_basis.h"
#include "report/transfer/selection/selection.h"
#include "report/transfer/selection/selection_draws.h"
#include "report/transfer/stop.h"
#include "report/transfer/transfer.h"
#include "train/csv_field.h"
#include "train/output_file.h"

namespace aufbau::report {

namespace {

namespace fs = std::filesystem;
constexpr const char* kWhere = "select";

void require_named(const SelectOptions& options) {
  if (options.sources.empty())
    fail(ErrorKind::usage, kWhere, "no source is named; give datasets with --source");
  if (options.target.empty())
    fail(ErrorKind::usage, kWhere, "no target is named; give a dataset with --target");
  if (options.output.empty()) fail(ErrorKind::usage, kWhere, "no output is named; use -o FILE.h5");
  if (options.budget < 0)
    fail(ErrorKind::usage, kWhere, "the budget is ", options.budget,
         ", expected 0 (no limit) or more graphs");
}

void require_outputs(const SelectOptions& options) {
  std::error_code missing;
  for (const std::string& output : {options.output, reasons_path(options.output)}) {
    for (const std::vector<std::string>& inputs : {options.sources, {options.target}})
      for (const std::string& input : inputs)
        if (fs::equivalent(input, output, missing))
          fail(ErrorKind::usage, kWhere, output, " is an input; give the output another name");
    if (!options.force && fs::exists(output, missing))
      fail(ErrorKind::usage, kWhere, output, " exists; overwrite it with --force");
  }
  for (std::size_t i = 0; i < options.sources.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (fs::equivalent(options.sources[i], options.sources[j], missing))
        fail(ErrorKind::usage, kWhere, options.sources[i], " is named as a source twice");
}

data::Dataset opened(const std::string& path, bool needs_molecules, const SelectOptions& options) {
  require_going_on(options);
  data::Dataset dataset = data::Dataset::open(path);
  if (dataset.size() == 0)
    fail(ErrorKind::nothing_valid, kWhere, path, " holds no graphs; leave it out");
  if (needs_molecules && dataset.molecules().smiles.empty())
    fail(ErrorKind::usage, kWhere, "the method ", options.method, " compares molecules, and ", path,
         " holds none; use --method herding");
  return dataset;
}

/// The distances of the chosen, of all, and of as many drawn by chance.
void measure(const SelectionProblem& problem, const Selection& selection, SelectSummary& summary) {
  const BasisPart all = problem.all();
  const std::vector<std::int64_t> drawn = graphs::random_rows(
      all.size(), summary.chosen,
      selection_key(problem.run.seed, SelectionDraw::chance, problem.target->hash()));
  const auto distance_of = [&](const BasisPart& part) {
    return unbiased_distance(moments_of(part, problem.histograms, problem.run),
                             problem.target_moments);
  };
  summary.distance = distance_of({"", selection.rows});
  summary.distance_all = distance_of(all);
  summary.distance_random = distance_of(part_of(drawn, problem.sources));
  if (problem.target_moments.count >= 2)
    summary.noise_floor = graphs::noise_floor(problem.target_moments);
}

std::string reasons_csv(const std::vector<SelectedPart>& parts) {
  std::string csv = "source,part,available,chosen,weight,reason\n";
  for (const SelectedPart& part : parts)
    csv += train::csv_field(part.source) + ',' + train::csv_field(part.part) + ',' +
           std::to_string(part.available) + ',' + std::to_string(part.chosen) + ',' +
           train::csv_number(part.weight) + ',' + train::csv_field(part.reason) + '\n';
  return csv;
}

store::Provenance provenance_of(const SelectionProblem& problem, const SelectOptions& options,
                                std::int64_t chosen) {
  store::Provenance provenance;
  provenance.program_version = AUFBAU_VERSION;
  provenance.rdkit_version = data::rdkit_versions_of(problem.sources);
  for (const data::Dataset& source : problem.sources)
    provenance.sources.emplace_back(source.path(), source.hash());
  Json selection = {{"method", options.method},
                    {"budget", options.budget},
                    {"target", {{"name", options.target}, {"sha256", problem.target->hash()}}},
                    {"seed", options.seed},
                    {"resolution", options.measure.resolution},
                    {"node_types", options.measure.node_types}};
  if (!options.measure.bases.empty()) selection["basis"] = options.measure.bases.front();
  selection["parts"] = options.measure.parts;
  provenance.options_json =
      Json({{"select", selection}}).dump(-1, ' ', false, Json::error_handler_t::replace);
  provenance.counts_json = Json({{"available", problem.available()}, {"stored", chosen}}).dump();
  return provenance;
}

void write(const SelectionProblem& problem, const Selection& selection,
           const SelectOptions& options, const SelectSummary& summary) {
  std::vector<data::DatasetRows> chosen;
  for (const data::DatasetRows& rows : selection.rows)
    if (!rows.rows.empty()) chosen.push_back(rows);
  train::OutputFile reasons(summary.reasons, options.force);
  reasons.write(reasons_csv(selection.parts));
  data::write_rows(chosen, summary.output, provenance_of(problem, options, summary.chosen));
  reasons.finish();
}

}  // namespace

std::string reasons_path(const std::string& output) {
  constexpr std::string_view kEnding = ".h5";
  std::string stem = output;
  if (stem.ends_with(kEnding)) stem.resize(stem.size() - kEnding.size());
  return stem + ".csv";
}

SelectSummary select(const SelectOptions& options) {
  const SelectionEntry& method = selection_by_name(options.method);
  require_named(options);
  check_measure(kWhere, options.measure);
  if (options.measure.estimator != "relative-rank")
    fail(ErrorKind::usage, kWhere, "graphs are chosen by the estimator relative-rank, not by ",
         options.measure.estimator);
  require_outputs(options);
  std::vector<data::Dataset> sources;
  for (const std::string& path : options.sources) {
    sources.push_back(opened(path, method.needs_molecules, options));
    data::require_same_kind(sources.front(), sources.back());
  }
  const data::Dataset target = opened(options.target, method.needs_molecules, options);

  SelectionProblem problem;
  problem.sources = sources;
  problem.target = &target;
  problem.budget = options.budget;
  problem.measure = options.measure;
  problem.run = options;
  problem.histograms =
      graphon_settings(options.measure, options.seed, sources, {&target, 1}).histograms;
  problem.target_moments = moments_of(whole(target), problem.histograms, options);
  const Selection selection = method.choose(problem);

  SelectSummary summary;
  summary.output = options.output;
  summary.reasons = reasons_path(options.output);
  summary.method = options.method;
  summary.available = problem.available();
  for (const std::int64_t size : selection.sizes()) summary.chosen += size;
  summary.parts = selection.parts;
  measure(problem, selection, summary);
  write(problem, selection, options, summary);
  return summary;
}

}  // namespace aufbau::report
