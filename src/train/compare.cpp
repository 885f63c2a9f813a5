#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"
#include "train/baseline.h"
#include "train/runs.h"
#include "train/statistics.h"
#include "train/summary_file.h"

namespace aufbau::train {

namespace {

namespace fs = std::filesystem;
constexpr const char* kWhere = "compare";

struct Run {
  std::string path, name;
  FinetuneRecord record;
};

Run read_run(const std::string& path) {
  const fs::path folder(path);
  const std::string summary = (folder / "summary.json").string();
  if (!fs::exists(summary))
    fail(ErrorKind::input, kWhere, path,
         " holds no summary.json: it is not the folder of a finished fine-tuning run");
  Run run{path, {}, read_finetune_record(summary)};
  const fs::path plain = folder.lexically_normal();
  run.name = (plain.has_filename() ? plain : plain.parent_path()).filename().string();
  return run;
}

void require_equal(const Run& first, const Run& other, const char* what, const std::string& a,
                   const std::string& b) {
  if (a != b)
    fail(ErrorKind::mismatch, kWhere, "the runs cannot be compared: ", what, " of ", first.path,
         " is ", a, ", of ", other.path, " it is ", b);
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

std::vector<Run> read_runs(const std::vector<std::string>& paths) {
  if (paths.empty()) fail(ErrorKind::usage, kWhere, "no run was given");
  std::vector<Run> runs;
  for (const std::string& path : paths) {
    runs.push_back(read_run(path));
    const Run &first = runs.front(), &last = runs.back();
    require_equal(first, last, "the data hash", first.record.data_hash, last.record.data_hash);
    require_equal(first, last, "the split hash", first.record.split_hash, last.record.split_hash);
    require_equal(first, last, "the metric", first.record.summary.metric,
                  last.record.summary.metric);
    require_equal(first, last, "the list of targets", joined(first.record.task_names),
                  joined(last.record.task_names));
  }
  for (std::size_t i = 0; i < runs.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      if (fs::weakly_canonical(runs[i].path) == fs::weakly_canonical(runs[j].path))
        fail(ErrorKind::usage, kWhere, runs[i].path, " is given twice");
      if (runs[i].name == runs[j].name) {
        runs[i].name = runs[i].path;
        runs[j].name = runs[j].path;
      }
    }
  return runs;
}

void finish(ComparisonRow& row) {
  row.mean = mean(row.scores);
  row.standard_deviation = standard_deviation(row.scores);
  row.last_mean = mean(row.last_scores);
  row.last_standard_deviation = standard_deviation(row.last_scores);
}

ComparisonRow row_of(const Run& run) {
  ComparisonRow row;
  row.name = run.name;
  for (const SeedScores& seed : run.record.summary.seeds) {
    row.seeds.push_back(seed.seed);
    row.scores.push_back(seed.test_at_best);
    row.last_scores.push_back(seed.last_test);
  }
  finish(row);
  return row;
}

/// Differences first - second over common seeds; a row without seeds (the baseline) has its one
/// score for every seed.
std::vector<double> differences(const ComparisonRow& first, const ComparisonRow& second) {
  const auto score = [](const ComparisonRow& row, std::uint64_t seed) -> std::optional<double> {
    if (row.seeds.empty()) return row.scores.front();
    const auto found = std::find(row.seeds.begin(), row.seeds.end(), seed);
    if (found == row.seeds.end()) return std::nullopt;
    return row.scores[static_cast<std::size_t>(found - row.seeds.begin())];
  };
  std::vector<double> result;
  for (const std::uint64_t seed : first.seeds.empty() ? second.seeds : first.seeds) {
    const auto a = score(first, seed), b = score(second, seed);
    if (a && b && !std::isnan(*a) && !std::isnan(*b)) result.push_back(*a - *b);
  }
  return result;
}

ComparisonPair pair_of(const ComparisonRow& first, const ComparisonRow& second) {
  const std::vector<double> gaps = differences(first, second);
  ComparisonPair pair;
  pair.first = first.name;
  pair.second = second.name;
  pair.pairs = static_cast<std::int64_t>(gaps.size());
  pair.mean_difference = mean(gaps);
  pair.p_value = paired_t_test(gaps);
  pair.p_value_signed_rank = signed_rank_test(gaps);
  return pair;
}

/// Adds the fingerprint row, or a note that says why there is none.
void add_baseline(const FinetuneRecord& record, const fs::path& run, Comparison& comparison) {
  const auto leave_out = [&](const std::string& why) {
    comparison.notes.push_back("no fingerprint baseline: " + why);
  };
  if (!fs::exists(record.data_path)) return leave_out(record.data_path + " is not there any more");
  const data::Dataset dataset = data::Dataset::open(record.data_path);
  if (dataset.hash() != record.data_hash)
    return leave_out(record.data_path + " holds other data than the runs were made with");
  if (dataset.molecules().smiles.empty()) return leave_out("the dataset holds no molecules");
  const Tasks tasks = choose_tasks(kWhere, dataset, record.task_names, record.task_types.front(),
                                   /*may_mix=*/false);
  const data::Split split = data::read_split((run / "splits.json").string(), dataset);
  if (split.hash() != record.split_hash)
    fail(ErrorKind::mismatch, kWhere, (run / "splits.json").string(),
         " is not the split that the run was made with (hash ", split.hash(), ", expected ",
         record.split_hash, ")");
  const BaselineResult baseline =
      fingerprint_baseline(dataset, tasks, split, metric_by_name(record.summary.metric));
  ComparisonRow row;
  row.name = baseline.name;
  row.scores = row.last_scores = {baseline.test.mean};
  finish(row);
  comparison.rows.push_back(row);
  comparison.notes.push_back(
      baseline.name + " is deterministic (L2 penalty " + format_number(baseline.penalty) +
      (baseline.valid_defined ? ", chosen on the validation part"
                              : ", taken because no validation score is defined") +
      "): its one score stands against every seed of a run");
}

void add_notes(Comparison& comparison) {
  std::vector<std::string>& notes = comparison.notes;
  for (const ComparisonRow& row : comparison.rows) {
    const auto undefined = std::count_if(row.scores.begin(), row.scores.end(),
                                         [](double score) { return std::isnan(score); });
    if (undefined > 0)
      notes.push_back(row.name + ": " + std::to_string(undefined) + " of " +
                      std::to_string(row.scores.size()) +
                      " test scores are not defined and enter no pair");
  }
  std::vector<std::int64_t> told;
  for (const ComparisonPair& pair : comparison.pairs) {
    const double least = smallest_signed_rank_p(static_cast<std::size_t>(pair.pairs));
    if (pair.pairs == 0) {
      notes.push_back(pair.first + " and " + pair.second + " have no seed in common");
    } else if (least > 0.05 && std::find(told.begin(), told.end(), pair.pairs) == told.end()) {
      told.push_back(pair.pairs);
      notes.push_back("n = " + std::to_string(pair.pairs) + " pairs: a p-value below " +
                      format_number(least) + " by signed rank is impossible");
    } else if (pair.pairs > static_cast<std::int64_t>(kExactSignedRankPairs) &&
               std::find(told.begin(), told.end(), pair.pairs) == told.end()) {
      told.push_back(pair.pairs);
      notes.push_back("n = " + std::to_string(pair.pairs) +
                      " pairs: the signed-rank p-value is a normal approximation");
    }
  }
  if (comparison.pairs.size() > 1)
    notes.push_back("the p-values are not corrected for the " +
                    std::to_string(comparison.pairs.size()) + " comparisons made");
  if (!comparison.pairs.empty())
    notes.push_back(
        "all runs share one split: the p-values speak of seeds, not of other molecules");
}

}  // namespace

Comparison compare(const CompareOptions& options) {
  const ThreadScope threads(options.threads);
  if (!options.output.empty() && !options.force && fs::exists(options.output))
    fail(ErrorKind::usage, kWhere, options.output,
         " is there already; use --force to overwrite it");
  const std::vector<Run> runs = read_runs(options.runs);
  Comparison comparison;
  comparison.metric = runs.front().record.summary.metric;
  comparison.higher_is_better = runs.front().record.higher_is_better;
  for (const Run& run : runs) comparison.rows.push_back(row_of(run));
  if (options.baseline) add_baseline(runs.front().record, runs.front().path, comparison);
  for (std::size_t i = 0; i < comparison.rows.size(); ++i)
    for (std::size_t j = i + 1; j < comparison.rows.size(); ++j)
      comparison.pairs.push_back(pair_of(comparison.rows[i], comparison.rows[j]));
  add_notes(comparison);
  return comparison;
}

}  // namespace aufbau::train
