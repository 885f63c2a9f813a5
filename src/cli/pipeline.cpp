#include <algorithm>
#include <iostream>

#include "cli/command.h"
#include "cli/failure.h"
#include "cli/training.h"

namespace aufbau::cli {
namespace {

using Names = std::vector<std::string>;

/// Keys that say something of the whole file, and stand above its first table.
const Names kOfThePipeline = {"output", "force",     "resume", "threads",
                              "device", "precision", "quiet",  "json"};
/// Keys that only the first stage can answer: the others go on with its encoder.
const Names kOfTheFirstStage = {"init", "encoder", "layers", "width", "jk"};

bool has(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void check_keys(const ConfigTable& table, bool is_first_stage) {
  for (const auto& entry : table.entries) {
    if (has(kOfThePipeline, entry.key))
      fail_usage("config", entry.place + ": '" + entry.key + "' in " + table.header() +
                               " is of the whole file; write it above the first table");
    if (!is_first_stage && has(kOfTheFirstStage, entry.key))
      fail_usage("config", entry.place + ": '" + entry.key + "' in " + table.header() +
                               " would do nothing: it starts from the encoder of the stage before "
                               "it; write it in the first [[stage]]");
  }
}

/// What `set` makes of `options` when the table is laid over the entries above the first table.
PretrainOptions stage_of(OptionSet& set, PretrainOptions& options, const ConfigTable& table,
                         bool is_first) {
  check_keys(table, is_first);
  std::vector<ConfigEntry> entries = set.config().entries;
  entries.insert(entries.end(), table.entries.begin(), table.entries.end());
  options = {};
  set.fill(entries, table.place + ", " + table.header());
  options.dropout_given = set.given("dropout");
  if (!is_first) options.init.clear();
  return options;
}

/// Where it writes to and how it runs are those of the whole file.
FinetuneOptions finetuning_of(const ConfigTable& table, const std::string& output) {
  check_keys(table, /*is_first_stage=*/false);
  FinetuneOptions options;
  bool keep_dropout = false;
  OptionSet set("finetune", "");
  add_finetune(set, options, keep_dropout);
  std::vector<ConfigEntry> entries = table.entries;
  entries.push_back({"output", {output}, false, table.place});
  set.fill(entries, table.place + ", " + table.header());
  options.dropout_given = !keep_dropout;
  return options;
}

/// A stage has no folder of its own: the pipeline gives it one.
template <class Options>
Options without_folder(Options options) {
  options.output.clear();
  options.resume = options.force = false;
  return options;
}

void print_all(const PipelineSummary& summary) {
  for (std::size_t i = 0; i < summary.stages.size(); ++i) {
    std::cout << "stage " << i + 1 << " of " << summary.stages.size() << ": ";
    print(summary.stages[i]);
  }
  if (summary.finetune) print(*summary.finetune);
}

}  // namespace

void run_pipeline(OptionSet& set, PretrainOptions& options, const Talk& talk) {
  PipelineOptions pipeline_options;
  const ConfigTable* finetuning = nullptr;
  for (const ConfigTable& table : set.config().tables) {
    if (table.header() == "[[stage]]") {
      pipeline_options.stages.push_back(
          stage_of(set, options, table, pipeline_options.stages.empty()));
    } else if (table.header() == "[finetune]") {
      finetuning = &table;
    } else {
      fail_usage("config", table.place + ": unknown table " + table.header() +
                               meant(table.header(), {"[[stage]]", "[finetune]"}) +
                               "known: [[stage]], [finetune]");
    }
  }
  if (pipeline_options.stages.empty())
    fail_usage("config", finetuning->place +
                             ": [finetune] stands without a [[stage]] before it; "
                             "aufbau finetune needs no tables");
  static_cast<RunOptions&>(pipeline_options) = options;
  pipeline_options.output = options.output;
  pipeline_options.resume = options.resume;
  pipeline_options.force = options.force;
  for (auto& stage : pipeline_options.stages) stage = without_folder(stage);
  if (finetuning != nullptr)
    pipeline_options.finetune = without_folder(finetuning_of(*finetuning, pipeline_options.output));
  attach(pipeline_options, talk);
  const PipelineSummary summary = pipeline(pipeline_options);
  if (talk.json) {
    std::cout << to_json(summary) << '\n';
  } else {
    print_all(summary);
  }
}

}  // namespace aufbau::cli
