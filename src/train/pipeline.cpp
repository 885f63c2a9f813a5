#include <algorithm>
#include <array>

#include "core/error.h"
#include "core/json_object.h"
#include "core/parallel.h"
#include "graphs/schema.h"
#include "store/atomic_file.h"
#include "store/dataset_file.h"
#include "train/run_directory.h"
#include "train/runs.h"
#include "train/settings.h"

namespace aufbau::train {

namespace {

constexpr const char* kWhere = "pipeline";

/// Settings that a later stage has from the one before it.
constexpr std::array kInherited = {"init", "encoder", "layers", "width", "jk"};

bool is_inherited(const std::string& name) {
  return std::find(kInherited.begin(), kInherited.end(), name) != kInherited.end();
}

std::string stage_name(std::size_t index) { return "stage-" + std::to_string(index + 1); }

/// Folder, threads, device and callbacks of the pipeline for one of its runs.
template <class Options>
Options with_run_options(Options options, const PipelineOptions& pipeline,
                         const std::string& folder) {
  if (!options.output.empty() || options.resume || options.force)
    fail(ErrorKind::usage, kWhere, "a stage has an output, resume or force of its own; those of ",
         "the pipeline count");
  options.threads = pipeline.threads;
  options.device = pipeline.device;
  options.precision = pipeline.precision;
  options.progress = pipeline.progress;
  options.log = pipeline.log;
  options.should_stop = pipeline.should_stop;
  options.output = folder;
  options.resume = pipeline.resume;
  options.force = pipeline.force;
  return options;
}

std::string table(const std::string& header, const Settings& settings, bool is_first,
                  bool has_dropout) {
  std::string text = '\n' + header + '\n';
  for (const Setting& setting : settings) {
    if (setting.name == "device" || setting.name == "precision" ||
        (!is_first && is_inherited(setting.name)))
      continue;
    if (setting.name == "dropout" && !has_dropout) continue;
    text += setting.name + " = " + setting.value + '\n';
  }
  return text;
}

/// The pipeline as a file that `aufbau pretrain --config` reads.
std::string to_toml(const PipelineOptions& options) {
  std::string text = "# Repeat this pipeline: aufbau pretrain --config THIS_FILE -o FOLDER\n";
  if (options.precision != RunOptions().precision)
    text += "precision = \"" + options.precision + "\"\n";
  for (std::size_t i = 0; i < options.stages.size(); ++i) {
    const PretrainOptions& stage = options.stages[i];
    text += table("[[stage]]", settings_of(stage, "", ""), i == 0,
                  stage.dropout_given || (i == 0 && stage.init.empty()));
  }
  if (!options.finetune) return text;
  text += table("[finetune]", settings_of(*options.finetune, "", ""), /*is_first=*/false,
                options.finetune->dropout_given);
  if (!options.finetune->dropout_given) text += "keep-dropout = true\n";
  return text;
}

class Pipeline {
 public:
  explicit Pipeline(const PipelineOptions& options) : options_(options) {
    if (options.stages.empty())
      fail(ErrorKind::usage, kWhere, "there is no stage; expected at least one");
    check_all();
    directory_.emplace(options.output, options.resume, options.force);
  }

  PipelineSummary run() {
    store::write_file(directory_->file("config.toml"), to_toml(options_));
    summary_.run = directory_->path();
    for (std::size_t i = 0; i < options_.stages.size(); ++i) {
      begin("stage " + std::to_string(i + 1) + " of " + std::to_string(options_.stages.size()),
            stage_name(i));
      PretrainOptions stage = run_options(options_.stages[i], stage_name(i));
      if (i > 0) stage.init = summary_.model;
      summary_.stages.push_back(train::pretrain(stage));
      summary_.model = summary_.stages.back().model;
    }
    if (options_.finetune) {
      begin("fine-tuning", "finetune");
      FinetuneOptions finetuning = run_options(*options_.finetune, "finetune");
      finetuning.init = summary_.model;
      summary_.finetune = train::finetune(finetuning);
      summary_.model = summary_.finetune->model;
    }
    finish();
    return summary_;
  }

 private:
  /// What the last stage would refuse is refused before the first one starts. The models between
  /// them are not there yet, so each is looked at as if it began with the encoder of the first.
  void check_all() const {
    for (std::size_t i = 0; i < options_.stages.size(); ++i) {
      PretrainOptions stage = with_run_options(options_.stages[i], options_, "");
      if (stage.mpi)
        fail(ErrorKind::usage, kWhere, "stage ", i + 1, " is to be shared by ranks; a pipeline ",
             "runs in one process");
      if (i > 0) take_over(stage);
      check_pretrain(stage);
      require_schema_of_first(stage.data);
    }
    if (!options_.finetune) return;
    FinetuneOptions finetuning = with_run_options(*options_.finetune, options_, "");
    take_over(finetuning);
    check_finetune(finetuning);
    require_schema_of_first(finetuning.data);
  }

  void require_schema_of_first(const std::string& data) const {
    const std::string& first = options_.stages.front().data;
    graphs::require_same_schema(std::string(kWhere) + ": features of " + first + " and " + data,
                                store::read_dataset_summary(first).schema,
                                store::read_dataset_summary(data).schema);
  }

  template <class Options>
  void take_over(Options& later) const {
    if (!later.init.empty())
      fail(ErrorKind::usage, kWhere, "a stage after the first starts from ", later.init,
           ", expected none: it starts from the stage before it");
    const PretrainOptions& first = options_.stages.front();
    const double dropout = later.dropout_given ? later.encoder.dropout : first.encoder.dropout;
    later.init = first.init;
    later.encoder = first.encoder;
    later.encoder.dropout = dropout;
  }

  template <class Options>
  Options run_options(const Options& stage, const std::string& name) const {
    return with_run_options(stage, options_, directory_->file(name));
  }

  void begin(const std::string& what, const std::string& name) const {
    directory_->log(what + ": " + directory_->file(name), options_.log);
  }

  void finish() const {
    Json stages = Json::array();
    for (const PretrainSummary& stage : summary_.stages) stages.push_back(stage.run);
    const Json json = {{"kind", "pipeline"},
                       {"model", summary_.model},
                       {"stages", stages},
                       {"finetune", summary_.finetune ? Json(summary_.finetune->run) : Json()}};
    store::write_file(directory_->file("summary.json"), json.dump(2) + "\n");
  }

  const PipelineOptions& options_;
  std::optional<RunDirectory> directory_;
  PipelineSummary summary_;
};

}  // namespace

PipelineSummary pipeline(const PipelineOptions& options) {
  const ThreadScope threads(options.threads);
  return Pipeline(options).run();
}

}  // namespace aufbau::train
