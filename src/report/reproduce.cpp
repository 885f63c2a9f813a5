#include "report/reproduce.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"
#include "graphs/schema.h"
#include "nn/table.h"
#include "objectives/objective.h"
#include "report/reproduce_data.h"
#include "report/reproduce_scores.h"
#include "report/reproduce_table.h"
#include "store/atomic_file.h"
#include "store/dataset_file.h"
#include "train/progress_meter.h"
#include "train/run_directory.h"
#include "train/runs.h"
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
  for (const Entry* entry : entries) names.emplace_back(entry->name);
  return names;
}

std::string file_name(const std::string& path) { return fs::path(path).filename().string(); }

/// "12,000 of 249,456 molecules of zinc.h5"
std::string share(const std::string& used, const std::string& all) {
  const std::int64_t count = store::read_dataset_summary(used).graph_count,
                     total = store::read_dataset_summary(all).graph_count;
  return (count == total ? "all " : std::to_string(count) + " of ") + std::to_string(total) +
         " molecules of " + file_name(all);
}

/// One call of reproduce().
class ReproduceRun {
 public:
  ReproduceRun(const ReproduceOptions& options, const Budget& budget)
      : options_(options),
        budget_(budget),
        sets_(chosen(kBenchmarkSets, "set", options.sets.empty() ? budget.sets : options.sets)),
        strategies_(chosen(kStrategies, "strategy",
                           options.strategies.empty() ? budget.strategies : options.strategies)),
        seeds_(options.seeds.empty() ? budget.seeds : options.seeds) {
    check_strategies();
    for (const BenchmarkSet* set : sets_) tables_.push_back(table_of(*set, options.data));
    open_folder();
  }

  Reproduction run() {
    prepare_data();
    plan();
    check_plan();
    train();
    return write_tables();
  }

 private:
  /// An ordinary run that is part of the table.
  struct Job {
    std::string label;
    std::optional<PretrainOptions> pretraining;
    std::optional<FinetuneOptions> finetuning;
    double molecules = 0;  ///< that it trains on, an epoch at a time
    bool is_first_of_set = false;

    const std::string& folder() const {
      return pretraining ? pretraining->output : finetuning->output;
    }
    bool is_finished() const { return fs::exists(fs::path(folder()) / "summary.json"); }
  };

  std::string in_folder(const std::string& name) const {
    return (fs::path(options_.output) / name).string();
  }
  std::string dataset_of(const BenchmarkSet& set) const {
    return in_folder("data/" + std::string(set.name) + ".h5");
  }
  std::string pretrain_folder(const std::string& strategy) const {
    return in_folder("pretrain/" + strategy);
  }
  std::string finetune_folder(const BenchmarkSet& set, const Strategy& strategy) const {
    return in_folder("finetune/" + std::string(set.name) + "/" + strategy.name);
  }

  /// Every strategy has the data it learns from; those nobody named are left out otherwise.
  void check_strategies() {
    if (options_.labels.empty() && options_.strategies.empty()) {
      const auto without_labels =
          std::stable_partition(strategies_.begin(), strategies_.end(),
                                [](const Strategy* s) { return !s->has_graph_level(); });
      left_out_ = names_of(std::vector<const Strategy*>(without_labels, strategies_.end()));
      strategies_.erase(without_labels, strategies_.end());
    }
    for (const Strategy* strategy : strategies_) {
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
    fs::create_directories(in_folder("data"));
    for (std::size_t i = 0; i < sets_.size(); ++i)
      prepare_set(*sets_[i], tables_[i], dataset_of(*sets_[i]), options_);
    const auto any = [&](bool (Strategy::*has)() const) {
      return std::any_of(strategies_.begin(), strategies_.end(),
                         [&](const Strategy* s) { return (s->*has)(); });
    };
    if (any(&Strategy::has_node_level))
      source_ =
          limited_dataset(options_.source, budget_.source_molecules, in_folder("data/source.h5"));
    if (any(&Strategy::has_graph_level))
      labels_ =
          limited_dataset(options_.labels, budget_.labelled_molecules, in_folder("data/labels.h5"));
  }

  /// Pretraining runs first, each once however many strategies begin with it; then the sets.
  void plan() {
    std::set<std::string> planned;
    for (const Strategy* strategy : strategies_) {
      std::string start;
      if (strategy->has_node_level()) {
        const std::string name = strategy->node_level;
        if (planned.insert(name).second) jobs_.push_back(node_level(name));
        start = pretrain_folder(name) + "/model.safetensors";
      }
      if (strategy->has_graph_level()) jobs_.push_back(graph_level(*strategy, start));
    }
    for (const BenchmarkSet* set : sets_)
      for (const Strategy* strategy : strategies_) {
        jobs_.push_back(finetuning(*set, *strategy));
        jobs_.back().is_first_of_set = strategy == strategies_.front();
      }
  }

  EncoderOptions encoder(double dropout) const {
    EncoderOptions encoder;
    encoder.layers = budget_.layers;
    encoder.width = budget_.width;
    encoder.dropout = dropout;
    return encoder;
  }

  PretrainOptions pretraining(const std::string& name, const std::string& data,
                              double dropout) const {
    PretrainOptions options;
    options.seed = options_.seed;
    options.data = data;
    options.output = pretrain_folder(name);
    options.encoder = encoder(dropout);
    options.dropout_given = true;
    options.optimizer.init_lr = kLearningRate;
    return options;
  }

  Job job_of(const PretrainOptions& options) const {
    const auto molecules = store::read_dataset_summary(options.data).graph_count;
    return {"pretraining " + file_name(options.output), options, std::nullopt,
            static_cast<double>(molecules) * options.epochs};
  }

  Job node_level(const std::string& objective) const {
    PretrainOptions options = pretraining(objective, source_, kSourceDropout);
    options.objective = objective;
    options.epochs = budget_.source_epochs;
    options.batch_size = kSourceBatch;
    return job_of(options);
  }

  Job graph_level(const Strategy& strategy, const std::string& start) const {
    PretrainOptions options = pretraining(strategy.name, labels_, kLabelledDropout);
    options.objective = strategy.graph_level;
    options.init = start;
    options.epochs = budget_.labelled_epochs;
    options.batch_size = kLabelledBatch;
    return job_of(options);
  }

  Job finetuning(const BenchmarkSet& set, const Strategy& strategy) const {
    FinetuneOptions options;
    options.data = dataset_of(set);
    options.output = finetune_folder(set, strategy);
    options.encoder = encoder(kFinetuneDropout);
    if (strategy.has_node_level() || strategy.has_graph_level())
      options.init = pretrain_folder(strategy.name) + "/model.safetensors";
    options.optimizer.init_lr = kLearningRate;
    options.seeds = seeds_;
    options.epochs = budget_.finetune_epochs;
    options.batch_size = kFinetuneBatch;
    const auto molecules = store::read_dataset_summary(options.data).graph_count;
    return {"fine-tuning " + std::string(set.name) + " " + strategy.name, std::nullopt, options,
            options.split_sizes[0] * static_cast<double>(molecules) * options.epochs *
                static_cast<double>(seeds_.size())};
  }

  /// What a run hours away would refuse is refused now. The models between them are not there yet,
  /// so each is looked at as if it began from scratch.
  void check_plan() const {
    const std::string set = dataset_of(*sets_.front());
    for (const Job& job : jobs_) {
      if (job.pretraining) {
        PretrainOptions options = *job.pretraining;
        options.init.clear();
        train::check_pretrain(options);
        graphs::require_same_schema(
            std::string(kWhere) + ": features of " + set + " and " + options.data,
            store::read_dataset_summary(set).schema,
            store::read_dataset_summary(options.data).schema);
      } else if (job.is_first_of_set) {
        FinetuneOptions options = *job.finetuning;
        options.init.clear();
        train::check_finetune(options);
      }
    }
  }

  void train() {
    double total = 0, done = 0, finished = 0;
    for (const Job& job : jobs_) {
      total += job.molecules;
      if (!job.is_finished()) continue;
      done += job.molecules;
      ++finished;
    }
    log(std::to_string(jobs_.size()) + " runs" +
        (finished > 0 ? ", " + format_number(finished) + " of them finished before" : ""));
    train::ProgressMeter meter(options_.progress, "molecules", total, done);
    for (std::size_t i = 0; i < jobs_.size(); ++i) {
      Job& job = jobs_[i];
      const bool was_finished = job.is_finished();
      const std::string label =
          "run " + std::to_string(i + 1) + "/" + std::to_string(jobs_.size()) + ": " + job.label;
      const std::string note = run_job(job, [&](const Progress& progress) {
        const double part = progress.total > 0 ? progress.done / progress.total : 0;
        meter.update(label + ", " + progress.stage, done + part * job.molecules, progress.note);
      });
      if (was_finished) continue;
      done += job.molecules;
      directory_->log(label + ": " + note, {});
      meter.line(label, done, note);
    }
  }

  /// A run that is finished, or was interrupted, is known by its folder. Returns what it came to.
  std::string run_job(Job& job, const std::function<void(const Progress&)>& progress) const {
    const auto attach = [&](auto& options) {
      options.threads = options_.threads;
      options.device = options_.device;
      options.should_stop = options_.should_stop;
      if (options_.progress) options.progress = progress;
      options.resume = true;
    };
    if (job.pretraining) {
      attach(*job.pretraining);
      const PretrainSummary summary = train::pretrain(*job.pretraining);
      return "loss " + format_number(static_cast<float>(summary.final_loss));
    }
    attach(*job.finetuning);
    const FinetuneSummary summary = train::finetune(*job.finetuning);
    return summary.metric + " " + format_number(static_cast<float>(summary.mean)) + " +- " +
           format_number(static_cast<float>(summary.standard_deviation));
  }

  Reproduction write_tables() const {
    Reproduction table;
    table.protocol = options_.protocol;
    table.budget = budget_.name;
    table.command = command();
    table.sets = names_of(sets_);
    table.seeds = seeds_;
    table.rows = published_rows(strategies_, sets_);
    add_notes(table.notes);
    for (const BenchmarkSet* set : sets_) {
      std::vector<std::string> runs;
      for (const Strategy* strategy : strategies_) runs.push_back(finetune_folder(*set, *strategy));
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
    if (!source_.empty()) text += " --source " + file_name(options_.source);
    if (!labels_.empty()) text += " --labels " + file_name(options_.labels);
    text += " --sets " + joined(names_of(sets_)) + " --strategies " + joined(names_of(strategies_));
    std::vector<std::string> seeds;
    for (const std::uint64_t seed : seeds_) seeds.push_back(std::to_string(seed));
    text += " --seeds " + joined(seeds) + " --budget " + budget_.name;
    return options_.seed == 0 ? text : text + " --seed " + std::to_string(options_.seed);
  }

  void add_notes(std::vector<std::string>& notes) const {
    notes.push_back(
        "published: GIN of 5 layers, width 300; 100 epochs on 2,000,000 molecules of "
        "ZINC15 (node level) and 456,000 of ChEMBL (graph level); fine-tuned for 100 "
        "epochs");
    std::string ours = "ours: GIN of " + std::to_string(budget_.layers) + " layers, width " +
                       std::to_string(budget_.width);
    const auto add = [&](int epochs, const std::string& used, const std::string& all,
                         const char* level) {
      if (used.empty()) return;
      ours += "; " + std::to_string(epochs) + " epochs on " + share(used, all) + " (" + level + ")";
    };
    add(budget_.source_epochs, source_, options_.source, "node level");
    add(budget_.labelled_epochs, labels_, options_.labels, "graph level");
    notes.push_back(ours + "; fine-tuned for " + std::to_string(budget_.finetune_epochs) +
                    " epochs");
    for (const std::string& name : left_out_)
      notes.push_back(name + " is left out: no labels were given");
    for (const BenchmarkSet* set : sets_) {
      const auto molecules = store::read_dataset_summary(dataset_of(*set)).graph_count;
      if (molecules != set->molecules)
        notes.push_back(std::string(set->title) + ": " + std::to_string(molecules) +
                        " molecules, published with " + std::to_string(set->molecules));
    }
  }

  void log(const std::string& line) const { directory_->log(line, options_.log); }

  const ReproduceOptions& options_;
  const Budget& budget_;
  std::vector<const BenchmarkSet*> sets_;
  std::vector<const Strategy*> strategies_;
  std::vector<std::uint64_t> seeds_;
  std::vector<std::string> tables_;    // CSV of each set
  std::vector<std::string> left_out_;  // strategies
  std::optional<train::RunDirectory> directory_;
  std::string source_, labels_;  // what is learned from; empty: nothing
  std::vector<Job> jobs_;
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
