#include "report/reproduce_scores.h"

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "train/runs.h"
#include "train/statistics.h"

namespace aufbau::report {
namespace {

constexpr double kPercent = 100;

std::vector<double> in_percent(std::vector<double> values) {
  for (double& value : values) value *= kPercent;
  return values;
}

void fill(ReproducedCell& cell, const ComparisonRow& row) {
  cell.scores = in_percent(row.scores);
  cell.last_scores = in_percent(row.last_scores);
  cell.mean = kPercent * row.mean;
  cell.standard_deviation = kPercent * row.standard_deviation;
  cell.last_mean = kPercent * row.last_mean;
  cell.last_standard_deviation = kPercent * row.last_standard_deviation;
}

/// What row number `row` gains over row 0, which is no pretraining.
void fill_gain(ReproducedCell& cell, const Comparison& comparison, std::size_t row) {
  const std::string &none = comparison.rows.front().name, &other = comparison.rows[row].name;
  for (const ComparisonPair& pair : comparison.pairs)
    if (pair.first == none && pair.second == other) {
      cell.gain = -kPercent * pair.mean_difference;
      cell.p_value = pair.p_value;
      cell.p_value_signed_rank = pair.p_value_signed_rank;
    }
}

double average(const ReproducedRow& row, double ReproducedCell::*value) {
  std::vector<double> values;
  for (const ReproducedCell& cell : row.cells) values.push_back(cell.*value);
  return train::mean(values);
}

void average_ours(ReproducedRow& row) {
  row.average = average(row, &ReproducedCell::mean);
  row.last_average = average(row, &ReproducedCell::last_mean);
}

bool begins_with_none(const Reproduction& table) { return table.rows.front().strategy == "none"; }

void note_undefined(Reproduction& table, const ReproducedRow& row) {
  for (const ReproducedCell& cell : row.cells) {
    const auto undefined = std::count_if(cell.scores.begin(), cell.scores.end(),
                                         [](double score) { return std::isnan(score); });
    if (undefined > 0)
      table.notes.push_back(row.strategy + " on " + cell.set + ": " + std::to_string(undefined) +
                            " of " + std::to_string(cell.scores.size()) +
                            " test scores are not defined");
  }
}

}  // namespace

std::vector<ReproducedRow> published_rows(const std::vector<const Strategy*>& strategies,
                                          const std::vector<const BenchmarkSet*>& sets) {
  std::vector<ReproducedRow> rows;
  for (const Strategy* strategy : strategies) {
    ReproducedRow& row = rows.emplace_back();
    row.strategy = strategy->name;
    row.graph_level = strategy->graph_level;
    row.node_level = strategy->node_level;
    for (const BenchmarkSet* set : sets) {
      const auto column = static_cast<std::size_t>(set - kBenchmarkSets.data());
      ReproducedCell& cell = row.cells.emplace_back();
      cell.set = set->name;
      cell.published = strategy->published[column].mean;
      cell.published_deviation = strategy->published[column].deviation;
    }
    row.published_average = sets.size() == kPublishedSets
                                ? strategy->published_average
                                : average(row, &ReproducedCell::published);
  }
  return rows;
}

void add_scores(Reproduction& table, const std::string& set, const std::vector<std::string>& runs) {
  CompareOptions options;
  options.runs = runs;
  const Comparison comparison = train::compare(options);
  const auto column = static_cast<std::size_t>(
      std::find(table.sets.begin(), table.sets.end(), set) - table.sets.begin());
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    ReproducedCell& cell = table.rows[row].cells[column];
    fill(cell, comparison.rows[row]);
    if (begins_with_none(table) && row > 0) fill_gain(cell, comparison, row);
  }
  ReproducedCell& cell = table.fingerprints.cells.emplace_back();
  cell.set = set;
  const std::size_t last = table.rows.size();
  if (last == comparison.rows.size()) {  // the first note says why there is no baseline
    table.notes.push_back(set + ": " + comparison.notes.front());
    return;
  }
  table.fingerprints.strategy = comparison.rows[last].name;
  fill(cell, comparison.rows[last]);
  if (begins_with_none(table)) fill_gain(cell, comparison, last);
}

void finish_scores(Reproduction& table) {
  for (ReproducedRow& row : table.rows) average_ours(row);
  average_ours(table.fingerprints);
  std::vector<std::string>& notes = table.notes;
  for (const ReproducedRow& row : table.rows) note_undefined(table, row);
  if (table.sets.size() < kPublishedSets)
    notes.push_back("averages are over the sets shown, the published ones too");
  if (!table.fingerprints.strategy.empty())
    notes.push_back(table.fingerprints.strategy +
                    ": logistic regression on ECFP4 fingerprints, fitted on the same split; "
                    "deterministic, so its one score stands against every seed");
  if (!begins_with_none(table)) {
    notes.push_back("no gains: the strategy none is not in the table");
    return;
  }
  // The other strategies and the fingerprints.
  const std::size_t tests = table.rows.size() * table.sets.size();
  notes.push_back(
      "gain: over no pretraining at the best validation epoch, with the p-value of the two-sided "
      "paired t-test over seeds; not corrected for the " +
      std::to_string(tests) +
      " tests made; seeds share one split, so p speaks of seeds, not of "
      "other molecules");
  if (table.seeds.size() == 1) {
    notes.push_back("one seed: a gain without a spread has no p-value");
    return;
  }
  const double least = train::smallest_signed_rank_p(table.seeds.size());
  if (least > 0.05)
    notes.push_back(std::to_string(table.seeds.size()) +
                    " seeds: the signed-rank test cannot give a p-value below " +
                    format_number(least));
}

}  // namespace aufbau::report
