#include "report/reproduce.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "core/error.h"
#include "core/parallel.h"
#include "nn/table.h"
#include "objectives/objective.h"
#include "report/limited_dataset.h"
#include "report/reproduce_data.h"
#include "report/reproduce_plan.h"
#include "report/reproduce_scores.h"
#include "report/reproduce_table.h"
#include "store/atomic_file.h"
#include "store/dataset_file.h"
#include "train/run_directory.h"
#include "train/settings.h"

namespace aufbau::report {
namespace {

namespace fs = std::filesystem;
constexpr const char* kWhere = "reproduce";

/// The entries that `names` asks for, in the order of the table; all of them for none.
template <class Entry>
std::vector<const Entry*> chosen(const std::vector<Entry>& table, const char* what,
                                 const std::vector<std::string>& names) {
  for (const std::string& name : names) nn::entry_named(table, kWhere, what, name);
  std::vector<const Entry*> entries;
  for (const Entry& entry : table) {
    const auto asked = std::count(names.begin(), names.end(), entry.name);
    if (asked > 1) fail(ErrorKind::usage, kWhere, what, " ", entry.name, " is named twice");
    if (asked == 1 || names.empty()) entries.push_back(&entry);
  }
  return entries;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ",") + text;
  return out;
}

template <class Entry>
std::vector<std::string> names_of(const std::vector<const Entry*>& entries) {
  std::vector<std::string> names;
  names.reserve(entries.size());
  for (const Entry* entry : entries) names.emplace_back(entry->name);
  return names;
}

std::string file_name(const std::string& path) { return fs::path(path).filename().string(); }

std::int64_t molecules_in(const std::string& dataset) {
  return store::read_dataset_summary(dataset).graph_count;
}

/// "50000 of 249456 molecules of zinc.h5"
std::string share(const std::string& used, const std::string& all) {
  const std::int64_t count = molecules_in(used), total = molecules_in(all);
  return (count == total ? "all " : std::to_string(count) + " of ") + std::to_string(total) +
         " molecules of " + file_name(all);
}

/// One call of reproduce().
class ReproduceRun {
 public:
  ReproduceRun(const ReproduceOptions& options, const Budget& budget) : options_(options) {
    inputs_.folder.path = options.output;
    inputs_.budget = budget;
    inputs_.sets = chosen(kBenchmarkSets, "set", options.sets.empty() ? budget.sets : options.sets);
    inputs_.strategies =
        chosen(kStrategies, "strategy",
               options.strategies.empty() ? budget.strategies : options.strategies);
    inputs_.seeds = options.seeds.empty() ? budget.seeds : options.seeds;
    inputs_.seed = options.seed;
    check_strategies();
    for (const BenchmarkSet* set : inputs_.sets) table_of(*set, options.data);
    open_folder();
  }

  Reproduction run() {
    prepare_data();
    runs_ = plan_runs(inputs_);
    check_runs(runs_);
    train();
    return write_tables();
  }

 private:
  bool any(bool (Strategy::*has_level)() const) const {
    return std::any_of(inputs_.strategies.begin(), inputs_.strategies.end(),
                       [&](const Strategy* strategy) { return (strategy->*has_level)(); });
  }

  /// Every strategy has the data it learns from; those nobody named are left out otherwise.
  void check_strategies() {
    std::vector<const Strategy*>& strategies = inputs_.strategies;
    if (options_.labels.empty() && options_.strategies.empty()) {
      const auto with_labels =
          std::stable_partition(strategies.begin(), strategies.end(),
                                [](const Strategy* s) { return !s->has_graph_level(); });
      left_out_ = names_of(std::vector<const Strategy*>(with_labels, strategies.end()));
      strategies.erase(with_labels, strategies.end());
    }
    for (const Strategy* strategy : strategies) {
      if (strategy->has_graph_level() && options_.labels.empty())
        fail(ErrorKind::usage, kWhere, "the strategy ", strategy->name,
             " learns from labels; give a dataset with targets by --labels");
      if (!strategy->has_node_level()) continue;
      if (options_.source.empty())
        fail(ErrorKind::usage, kWhere, "the strategy ", strategy->name,
             " learns from molecules without labels; give a dataset by --source");
      objectives::parse_stages(strategy->node_level);  // an unknown one is said now
    }
  }

  void open_folder() {
    if (!options_.resume && fs::is_directory(options_.output) && !fs::is_empty(options_.output))
      fail(ErrorKind::usage, kWhere, options_.output,
           " is not empty; continue what is in it with --resume, or name another folder");
    directory_.emplace(options_.output, options_.resume, /*force=*/false);
    store::write_file(directory_->file("config.toml"),
                      train::to_toml("reproduce", train::settings_of(options_)));
    for (const std::string& name : left_out_) log(name + " is left out: there is no --labels");
  }

  void prepare_data() {
    const TableFolder& folder = inputs_.folder;
    fs::create_directories(folder.file("data"));
    for (const BenchmarkSet* set : inputs_.sets) prepare(*set);
    if (any(&Strategy::has_node_level))
      inputs_.source = limited_dataset(kWhere, options_.source, inputs_.budget.source_molecules,
                                       folder.file("data/source.h5"));
    if (!any(&Strategy::has_graph_level)) return;
    inputs_.labels = limited_dataset(kWhere, options_.labels, inputs_.budget.labelled_molecules,
                                     folder.file("data/labels.h5"));
    // Every set there is, so that a model stands for any choice of sets.
    for (const BenchmarkSet& set : kBenchmarkSets) {
      if (!find_table(set, options_.data)) continue;
      prepare(set);
      write_scaffold_split(folder.dataset(set), folder.splits(set));
      inputs_.guarded.push_back(&set);
    }
  }

  void prepare(const BenchmarkSet& set) const {
    prepare_set(set, table_of(set, options_.data), inputs_.folder.dataset(set), options_);
  }

  void train() {
    run_all(runs_, options_,
            {.log = [&](const std::string& line) { log(line); },
             .record = [&](const std::string& line) { directory_->log(line, {}); },
             .pretrained =
                 [&](const PlannedRun& run, const PretrainSummary& summary) {
                   if (!run.pretraining->exclude.empty()) dropped_ = summary.dropped;
                 }});
  }

  Reproduction write_tables() const {
    Reproduction table;
    table.protocol = options_.protocol;
    table.budget = inputs_.budget.name;
    table.command = command();
    table.sets = names_of(inputs_.sets);
    table.seeds = inputs_.seeds;
    table.rows = published_rows(inputs_.strategies, inputs_.sets);
    add_notes(table.notes);
    for (const BenchmarkSet* set : inputs_.sets) {
      std::vector<std::string> runs;
      for (const Strategy* strategy : inputs_.strategies)
        runs.push_back(inputs_.folder.finetuning(*set, *strategy));
      add_scores(table, set->name, runs);
    }
    finish_scores(table);
    store::write_file(directory_->file("table.md"), table_markdown(table));
    store::write_file(directory_->file("table.csv"), table_csv(table));
    store::write_file(directory_->file("table.json"), table_json(table) + "\n");
    log("table: " + directory_->file("table.md"));
    return table;
  }

  /// What was asked for, with every default spelled out and without the folders.
  std::string command() const {
    std::string text = "aufbau reproduce " + options_.protocol + " --data DIR";
    if (!inputs_.source.empty()) text += " --source " + file_name(options_.source);
    if (!inputs_.labels.empty()) text += " --labels " + file_name(options_.labels);
    text += " --sets " + joined(names_of(inputs_.sets)) + " --strategies " +
            joined(names_of(inputs_.strategies));
    std::vector<std::string> seeds;
    for (const std::uint64_t seed : inputs_.seeds) seeds.push_back(std::to_string(seed));
    text += " --seeds " + joined(seeds) + " --budget " + inputs_.budget.name;
    return options_.seed == 0 ? text : text + " --seed " + std::to_string(options_.seed);
  }

  void add_notes(std::vector<std::string>& notes) const {
    notes.push_back(
        "published: GIN of 5 layers, width 300; 100 epochs on 2,000,000 molecules of ZINC15 (node "
        "level) and on 456,000 of ChEMBL (graph level); fine-tuned for 100 epochs");
    const Budget& budget = inputs_.budget;
    std::string ours = "ours: GIN of " + std::to_string(budget.layers) + " layers, width " +
                       std::to_string(budget.width);
    if (!inputs_.source.empty())
      ours += "; epochs on " + share(inputs_.source, options_.source) +
              " (node level): " + std::to_string(budget.source_epochs);
    if (!inputs_.labels.empty())
      ours += "; epochs on " + share(inputs_.labels, options_.labels) +
              " (graph level): " + std::to_string(budget.labelled_epochs) + ", without " +
              std::to_string(dropped_) + " that are in the validation or test part of " +
              joined(names_of(inputs_.guarded));
    notes.push_back(ours + "; epochs of fine-tuning: " + std::to_string(budget.finetune_epochs));
    for (const std::string& name : left_out_)
      notes.push_back(name + " is left out: no labels were given");
    for (const BenchmarkSet* set : inputs_.sets) {
      const std::int64_t molecules = molecules_in(inputs_.folder.dataset(*set));
      if (molecules != set->molecules)
        notes.push_back(std::string(set->title) + ": " + std::to_string(molecules) +
                        " molecules, published with " + std::to_string(set->molecules));
    }
  }

  void log(const std::string& line) const { directory_->log(line, options_.log); }

  const ReproduceOptions& options_;
  TableInputs inputs_;
  std::vector<std::string> left_out_;  // strategies
  std::optional<train::RunDirectory> directory_;
  std::vector<PlannedRun> runs_;
  std::int64_t dropped_ = 0;  // labelled molecules that would leak
};

}  // namespace

Reproduction reproduce(const ReproduceOptions& options) {
  return reproduce(options, nn::entry_named(kBudgets, kWhere, "budget", options.budget));
}

Reproduction reproduce(const ReproduceOptions& options, const Budget& budget) {
  nn::entry_named(kProtocols, kWhere, "protocol", options.protocol);
  const ThreadScope threads(options.threads);
  return ReproduceRun(options, budget).run();
}

}  // namespace aufbau::report
