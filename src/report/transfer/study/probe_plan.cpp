#include "report/transfer/study/probe_plan.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "core/error.h"
#include "data/exclusion.h"
#include "objectives/objective.h"
#include "report/limited_dataset.h"
#include "store/dataset_file.h"
#include "train/progress_meter.h"
#include "train/run_directory.h"
#include "train/runs.h"

namespace aufbau::report {
namespace {

namespace fs = std::filesystem;
constexpr const char* kWhere = "probe";
constexpr const char* kScratch = "scratch";

std::string below(const std::string& folder, const std::string& name) {
  return (fs::path(folder) / name).string();
}
std::string part_of(const std::string& output, const std::string& source) {
  return below(output, "data/" + source + ".h5");
}
std::string pretraining_of(const std::string& output, const std::string& source) {
  return below(output, "pretrain/" + source);
}
std::string finetuning_of(const std::string& output, const std::string& target,
                          const std::string& source) {
  return below(output, "finetune/" + target + "/" + source);
}

/// A set with what its summary says beyond that.
struct Described {
  ProbeSet set;
  graphs::FeatureSchema schema;
  bool has_labels = false;
};

std::vector<Described> described(const std::string& what, const std::vector<std::string>& paths) {
  const std::vector<std::string> names = probe_names(what, paths);
  std::vector<Described> all;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const store::DatasetSummary summary = store::read_dataset_summary(paths[i]);
    all.push_back({{names[i], paths[i], summary.graph_count, summary.has_molecules},
                   summary.schema,
                   !summary.target_names.empty()});
  }
  return all;
}

bool learns_from_labels(const std::string& objective) {
  for (const objectives::ObjectiveStage& stage : objectives::parse_stages(objective))
    for (const objectives::ObjectiveTerm& term : stage)
      if (term.name == "supervised") return true;
  return false;
}

/// Why a source and a target that are looked at on their own are no pair; empty: they are one.
std::string why_no_pair(const Described& source, const Described& target) {
  if (!target.has_labels) return "the target has no labels";
  try {
    graphs::require_same_schema("features", target.schema, source.schema);
  } catch (const Error& error) {
    return std::string("the source has other features than the target: ") + error.what();
  }
  const bool are_networks = !source.set.molecules && !target.set.molecules;
  if (are_networks && source.set.graphs == target.set.graphs &&
      data::Dataset::open(source.set.path).hash() == data::Dataset::open(target.set.path).hash())
    return "the source is the target";
  return "";
}

/// One call of plan_probe().
class Planner {
 public:
  Planner(const ProbeInputs& inputs, const RunOptions& run)
      : inputs_(inputs),
        run_(run),
        sources_(described("source", inputs.sources)),
        targets_(described("target", inputs.targets)),
        needs_labels_(learns_from_labels(inputs.options.objective)) {
    if (inputs.options.molecules < 0)
      fail(ErrorKind::usage, kWhere, "molecules is ", inputs.options.molecules,
           ", expected 0 (all) or more");
    plan_.output = inputs.output;
    for (const Described& target : targets_) plan_.targets.push_back(target.set);
    plan_.missing.assign(targets_.size(), std::vector<std::string>(sources_.size()));
  }

  ProbePlan plan() {
    for (const Described& target : targets_)
      if (target.has_labels) train::check_finetune(finetuning(target.set, std::nullopt));
    for (std::size_t s = 0; s < sources_.size(); ++s) add_source(s);
    for (std::size_t t = 0; t < targets_.size(); ++t) add_target(t);
    return std::move(plan_);
  }

 private:
  void add_source(std::size_t s) {
    const Described& source = sources_[s];
    ProbeSource& planned = plan_.sources.emplace_back();
    static_cast<ProbeSet&>(planned) = source.set;
    bool is_needed = false;
    for (std::size_t t = 0; t < targets_.size(); ++t) {
      std::string& missing = plan_.missing[t][s];
      missing = why_no_pair(source, targets_[t]);
      is_needed |= missing.empty();
    }
    if (!is_needed) return;
    const std::string reason = prepare(source, planned);
    if (reason.empty()) {
      const PretrainOptions options = pretraining(planned);
      plan_.runs.push_back(
          {"pretraining on " + planned.name, options, std::nullopt,
           static_cast<double>(planned.taken - planned.left_out) * options.epochs});
      return;
    }
    for (std::size_t t = 0; t < targets_.size(); ++t)
      if (plan_.missing[t][s].empty()) plan_.missing[t][s] = reason;
  }

  /// Its part, and what is left of that. Returns why nothing can be learned from it, or nothing.
  std::string prepare(const Described& source, ProbeSource& planned) {
    if (needs_labels_ && !source.has_labels)
      return "the source has no labels for the objective supervised";
    if (source.set.graphs == 0) return "the source has no graphs";
    fs::create_directories(below(inputs_.output, "data"));
    planned.data = limited_dataset(kWhere, source.set.path, inputs_.options.molecules,
                                   part_of(inputs_.output, source.set.name));
    planned.taken = store::read_dataset_summary(planned.data).graph_count;
    if (source.set.molecules && !guarded().empty()) {
      if (!exclusion_) exclusion_ = data::Exclusion::read(guarded());
      train::ProgressMeter meter(run_.progress, "molecules", static_cast<double>(planned.taken));
      const auto left = exclusion_->rows_without(data::Dataset::open(planned.data), [&](auto rows) {
        meter.update("leak guard of " + planned.name, static_cast<double>(rows));
        if (run_.should_stop && run_.should_stop())
          fail(ErrorKind::interrupted, kWhere,
               "stopped on request before the training began; the same command starts again");
      });
      planned.left_out = planned.taken - static_cast<std::int64_t>(left.size());
      if (left.empty()) return "nothing of the source is left without the molecules of the targets";
    }
    PretrainOptions options = pretraining(planned);
    options.exclude.clear();  // looked at above
    train::check_pretrain(options);
    return "";
  }

  /// The targets whose molecules can be told.
  std::vector<std::string> guarded() const {
    std::vector<std::string> paths;
    for (const Described& target : targets_)
      if (target.set.molecules) paths.push_back(target.set.path);
    return paths;
  }

  void add_target(std::size_t t) {
    const ProbeSet& target = plan_.targets[t];
    const std::vector<std::string>& missing = plan_.missing[t];
    if (std::none_of(missing.begin(), missing.end(),
                     [](const std::string& reason) { return reason.empty(); }))
      return;
    add_finetuning(target, std::nullopt);
    for (std::size_t s = 0; s < sources_.size(); ++s)
      if (missing[s].empty()) add_finetuning(target, sources_[s].set.name);
  }

  void add_finetuning(const ProbeSet& target, const std::optional<std::string>& source) {
    FinetuneOptions options = finetuning(target, source);
    if (source) options.init = below(pretraining_of(inputs_.output, *source), "model.safetensors");
    const double epochs = static_cast<double>(options.seeds.size()) * options.epochs;
    plan_.runs.push_back(
        {"fine-tuning " + target.name + (source ? " from " + *source : " from scratch"),
         std::nullopt, options,
         options.split_sizes[0] * static_cast<double>(target.graphs) * epochs});
  }

  PretrainOptions pretraining(const ProbeSource& source) const {
    PretrainOptions options;
    options.seed = run_.seed;
    options.device = run_.device;
    options.precision = run_.precision;
    options.data = source.data;
    options.output = pretraining_of(inputs_.output, source.name);
    options.objective = inputs_.options.objective;
    if (source.molecules) options.exclude = guarded();
    options.encoder = inputs_.options.encoder;
    options.dropout_given = true;
    options.epochs = inputs_.options.pretrain_epochs;
    options.batch_size = inputs_.options.pretrain_batch_size;
    options.pooling = inputs_.options.pooling;
    return options;
  }

  /// Without a model to start from, which need not be there yet.
  FinetuneOptions finetuning(const ProbeSet& target,
                             const std::optional<std::string>& source) const {
    FinetuneOptions options;
    options.device = run_.device;
    options.precision = run_.precision;
    options.data = target.path;
    options.output = finetuning_of(inputs_.output, target.name, source.value_or(kScratch));
    options.encoder = inputs_.options.encoder;
    options.split = inputs_.options.split;
    options.split_seed = run_.seed;
    options.seeds = inputs_.options.seeds;
    options.pooling = inputs_.options.pooling;
    options.epochs = inputs_.options.finetune_epochs;
    options.batch_size = inputs_.options.finetune_batch_size;
    return options;
  }

  const ProbeInputs& inputs_;
  const RunOptions& run_;
  std::vector<Described> sources_, targets_;
  bool needs_labels_;
  std::optional<data::Exclusion> exclusion_;
  ProbePlan plan_;
};

}  // namespace

std::vector<std::string> probe_names(const std::string& what,
                                     const std::vector<std::string>& datasets) {
  if (datasets.empty()) fail(ErrorKind::usage, kWhere, "no ", what, " was given");
  std::vector<std::string> names;
  for (const std::string& path : datasets) {
    const std::string name = fs::path(path).stem().string();
    const auto same = std::find(names.begin(), names.end(), name);
    if (same != names.end())
      fail(ErrorKind::usage, kWhere, "two of the ", what, "s are called ", name, ": ",
           datasets[static_cast<std::size_t>(same - names.begin())], " and ", path,
           "; results name datasets by their files, so leave one out or rename it");
    if (name.empty() || name == kScratch)
      fail(ErrorKind::usage, kWhere, "the ", what, " '", path, "' cannot be called '", name,
           "'; rename the file");
    names.push_back(name);
  }
  return names;
}

std::string ProbePlan::finetuning(const ProbeSet& target, const std::string& source) const {
  return finetuning_of(output, target.name, source.empty() ? kScratch : source);
}

ProbePlan plan_probe(const ProbeInputs& inputs, const RunOptions& run) {
  return Planner(inputs, run).plan();
}

void clear_probe(const ProbeInputs& inputs) {
  const auto clear = [](const std::string& folder) {
    if (fs::exists(folder)) train::RunDirectory(folder, /*resume=*/false, /*force=*/true);
  };
  const std::vector<std::string> sources = probe_names("source", inputs.sources),
                                 targets = probe_names("target", inputs.targets);
  for (const std::string& source : sources) {
    fs::remove(part_of(inputs.output, source));
    clear(pretraining_of(inputs.output, source));
    for (const std::string& target : targets) clear(finetuning_of(inputs.output, target, source));
  }
  for (const std::string& target : targets) clear(finetuning_of(inputs.output, target, kScratch));
}

}  // namespace aufbau::report
