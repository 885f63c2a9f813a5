#include "report/reproduce_plan.h"

#include <filesystem>
#include <set>

#include "graphs/schema.h"
#include "store/dataset_file.h"
#include "train/runs.h"

namespace aufbau::report {
namespace {

namespace fs = std::filesystem;
constexpr const char* kModel = "/model.safetensors";

EncoderOptions encoder(const Budget& budget, double dropout) {
  EncoderOptions encoder;
  encoder.layers = budget.layers;
  encoder.width = budget.width;
  encoder.dropout = dropout;
  return encoder;
}

double molecules_in(const std::string& dataset) {
  return static_cast<double>(store::read_dataset_summary(dataset).graph_count);
}

PlannedRun planned(const TableInputs& inputs, const std::string& name, PretrainOptions options) {
  options.seed = inputs.seed;
  options.output = inputs.folder.pretraining(name);
  options.dropout_given = true;
  options.optimizer.init_lr = kLearningRate;
  return {"pretraining " + name, options, std::nullopt,
          molecules_in(options.data) * options.epochs};
}

PlannedRun node_level(const TableInputs& inputs, const std::string& objective) {
  PretrainOptions options;
  options.data = inputs.source;
  options.objective = objective;
  options.encoder = encoder(inputs.budget, kSourceDropout);
  options.epochs = inputs.budget.source_epochs;
  options.batch_size = kSourceBatch;
  return planned(inputs, objective, options);
}

PlannedRun graph_level(const TableInputs& inputs, const Strategy& strategy) {
  PretrainOptions options;
  options.data = inputs.labels;
  for (const BenchmarkSet* set : inputs.guarded)
    options.exclude.push_back(inputs.folder.dataset(*set) + ":" + inputs.folder.splits(*set));
  options.objective = strategy.graph_level;
  options.encoder = encoder(inputs.budget, kLabelledDropout);
  if (strategy.has_node_level())
    options.init = inputs.folder.pretraining(strategy.node_level) + kModel;
  options.epochs = inputs.budget.labelled_epochs;
  options.batch_size = kLabelledBatch;
  return planned(inputs, strategy.name, options);
}

PlannedRun finetuning(const TableInputs& inputs, const BenchmarkSet& set,
                      const Strategy& strategy) {
  FinetuneOptions options;
  options.data = inputs.folder.dataset(set);
  options.output = inputs.folder.finetuning(set, strategy);
  options.encoder = encoder(inputs.budget, kFinetuneDropout);
  if (strategy.has_node_level() || strategy.has_graph_level())
    options.init = inputs.folder.pretraining(strategy.name) + kModel;
  options.optimizer.init_lr = kLearningRate;
  options.seeds = inputs.seeds;
  options.epochs = inputs.budget.finetune_epochs;
  options.batch_size = kFinetuneBatch;
  const double epochs = static_cast<double>(inputs.seeds.size()) * options.epochs;
  return {"fine-tuning " + std::string(set.name) + " " + strategy.name, std::nullopt, options,
          options.split_sizes[0] * molecules_in(options.data) * epochs};
}

}  // namespace

std::string TableFolder::file(const std::string& name) const {
  return (fs::path(path) / name).string();
}
std::string TableFolder::dataset(const BenchmarkSet& set) const {
  return file("data/" + std::string(set.name) + ".h5");
}
std::string TableFolder::splits(const BenchmarkSet& set) const {
  return file("data/" + std::string(set.name) + ".splits.json");
}
std::string TableFolder::pretraining(const std::string& strategy) const {
  return file("pretrain/" + strategy);
}
std::string TableFolder::finetuning(const BenchmarkSet& set, const Strategy& strategy) const {
  return file("finetune/" + std::string(set.name) + "/" + strategy.name);
}

std::vector<PlannedRun> plan_runs(const TableInputs& inputs) {
  std::vector<PlannedRun> runs;
  std::set<std::string> objectives;
  for (const Strategy* strategy : inputs.strategies) {
    if (strategy->has_node_level() && objectives.insert(strategy->node_level).second)
      runs.push_back(node_level(inputs, strategy->node_level));
    if (strategy->has_graph_level()) runs.push_back(graph_level(inputs, *strategy));
  }
  for (const BenchmarkSet* set : inputs.sets)
    for (const Strategy* strategy : inputs.strategies)
      runs.push_back(finetuning(inputs, *set, *strategy));
  return runs;
}

void check_runs(const std::vector<PlannedRun>& runs) {
  const std::string last = runs.back().finetuning->data;
  std::set<std::string> sets;
  for (const PlannedRun& run : runs) {
    if (run.pretraining) {
      PretrainOptions options = *run.pretraining;
      options.init.clear();
      train::check_pretrain(options);
      graphs::require_same_schema("reproduce: features of " + last + " and " + options.data,
                                  store::read_dataset_summary(last).schema,
                                  store::read_dataset_summary(options.data).schema);
    } else if (sets.insert(run.finetuning->data).second) {
      FinetuneOptions options = *run.finetuning;
      options.init.clear();
      train::check_finetune(options);
    }
  }
}

}  // namespace aufbau::report
