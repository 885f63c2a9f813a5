#include "train/settings.h"

#include "core/error.h"
#include "core/text.h"

namespace aufbau::train {

namespace {

std::string toml(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '\n') {
      quoted += "\\n";
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}
std::string toml(bool value) { return value ? "true" : "false"; }
std::string toml(int value) { return std::to_string(value); }
std::string toml(std::int64_t value) { return std::to_string(value); }
std::string toml(std::uint64_t value) { return std::to_string(value); }
std::string toml(double value) { return format_number(value); }

template <class T>
std::string toml(const std::vector<T>& values) {
  std::string text = "[";
  for (const T& value : values) text += (text.size() > 1 ? ", " : "") + toml(value);
  return text + ']';
}

class Collector {
 public:
  template <class T>
  void add(const std::string& name, const T& value) {
    const std::string text = toml(value);
    settings_.push_back({name, text, text});
  }
  /// Shown, not compared.
  template <class T>
  void show(const std::string& name, const T& value) {
    settings_.push_back({name, toml(value), ""});
  }
  /// Compared unless it has the value with which it does nothing.
  template <class T>
  void add_unless(const T& neutral, const std::string& name, const T& value) {
    settings_.push_back({name, toml(value), value == neutral ? "" : toml(value)});
  }
  /// A file: shown by path, compared by content.
  void add_file(const std::string& name, const std::string& path, const std::string& hash) {
    settings_.push_back({name, toml(path), path.empty() ? "none" : "SHA-256 " + hash});
  }
  /// Files: shown by path, compared by what they say together; without any there is nothing to
  /// compare.
  void add_files(const std::string& name, const std::vector<std::string>& paths,
                 const std::string& hash) {
    settings_.push_back({name, toml(paths), paths.empty() ? "" : "SHA-256 " + hash});
  }
  void add(const EncoderOptions& encoder) {
    add("encoder", encoder.encoder);
    add("layers", encoder.layers);
    add("width", encoder.width);
    add("jk", encoder.jk);
    add("dropout", encoder.dropout);
  }
  void add(const MeasureOptions& measure) {
    add("bases", measure.bases);
    add("parts", measure.parts);
    add("estimator", measure.estimator);
    add("resolution", measure.resolution);
    add("node-types", measure.node_types);
    add("compat", measure.compat);
    add("bootstrap", measure.bootstrap);
    add("permutations", measure.permutations);
    add("level", measure.level);
    add("scores", measure.scores);
    show("model", measure.model);
    add("sample", measure.sample);
  }
  void add(const ProbeOptions& probe) {
    add("objective", probe.objective);
    add(probe.encoder);
    add("molecules", probe.molecules);
    add("pretrain-epochs", probe.pretrain_epochs);
    add("finetune-epochs", probe.finetune_epochs);
    add("pretrain-batch-size", probe.pretrain_batch_size);
    add("finetune-batch-size", probe.finetune_batch_size);
    add("split", probe.split);
    add("pooling", probe.pooling);
    show("seeds", probe.seeds);
  }
  void add(const OptimizerOptions& optimizer) {
    add("init-lr", optimizer.init_lr);
    add("beta1", optimizer.beta1);
    add("beta2", optimizer.beta2);
    add("eps", optimizer.eps);
    add("torch101-adam", optimizer.torch101_adam);
    add("weight-decay", optimizer.weight_decay);
    add("gradient-clip", optimizer.gradient_clip);
    add("schedule", optimizer.schedule);
    add("warmup-epochs", optimizer.warmup_epochs);
    add("final-lr", optimizer.final_lr);
  }
  Settings take() { return std::move(settings_); }

 private:
  Settings settings_;
};

}  // namespace

Settings settings_of(const PretrainOptions& options, const std::string& init_hash,
                     const std::string& excluded_hash) {
  Collector all;
  all.show("data", options.data);
  all.add("objective", options.objective);
  all.add_files("exclude", options.exclude, excluded_hash);
  all.add_file("init", options.init, init_hash);
  all.add(options.encoder);
  all.add(options.optimizer);
  all.add("epochs", options.epochs);
  all.add("batch-size", options.batch_size);
  all.add_unless(1, "micro-batches", options.micro_batches);
  all.add("mask-rate", options.mask_rate);
  all.add("mask-bonds", options.mask_bonds);
  all.add("context-mode", options.context_mode);
  all.add("context-pooling", options.context_pooling);
  all.add("context-size", options.context_size);
  all.add("negative-samples", options.negative_samples);
  all.add("augmentations", options.augmentations);
  all.add("augmentation-ratio", options.augmentation_ratio);
  all.add("temperature", options.temperature);
  all.add("pooling", options.pooling);
  all.add("no-compaction", !options.compaction);
  all.show("checkpoint-steps", options.checkpoint_steps);
  all.show("keep-checkpoints", options.keep_checkpoints);
  all.add("seed", options.seed);
  all.show("device", options.device);
  all.add_unless(std::string("tf32"), "precision", options.precision);
  return all.take();
}

Settings settings_of(const FinetuneOptions& options, const std::string& init_hash,
                     const std::string& splits_file_hash) {
  Collector all;
  all.show("data", options.data);
  all.add_file("init", options.init, init_hash);
  all.add(options.encoder);
  all.add(options.optimizer);
  all.add("task-type", options.task_type);
  all.add("pooling", options.pooling);
  all.add("split", options.split);
  all.add_file("splits-file", options.splits_file, splits_file_hash);
  all.add("split-sizes", options.split_sizes);
  all.show("seeds", options.seeds);
  all.add("split-seed", options.split_seed);
  all.add("targets", options.targets);
  all.add("metric", options.metric);
  all.add("epochs", options.epochs);
  all.add("batch-size", options.batch_size);
  all.add("patience", options.patience);
  all.add("head-lr-scale", options.head_lr_scale);
  all.add("freeze-encoder", options.freeze_encoder);
  all.add("no-compaction", !options.compaction);
  all.show("device", options.device);
  all.add_unless(std::string("tf32"), "precision", options.precision);
  return all.take();
}

Settings settings_of(const ReproduceOptions& options) {
  Collector all;
  all.add("protocol", options.protocol);
  all.show("data", options.data);
  all.show("source", options.source);
  all.show("labels", options.labels);
  all.show("sets", options.sets);
  all.show("strategies", options.strategies);
  all.show("seeds", options.seeds);
  all.add("budget", options.budget);
  all.add("seed", options.seed);
  all.show("device", options.device);
  all.add_unless(std::string("tf32"), "precision", options.precision);
  return all.take();
}

Settings settings_of(const TransferStudyOptions& options) {
  Collector all;
  all.show("sources", options.sources);
  all.show("targets", options.targets);
  all.add(options.probe);
  all.add(options.measure);
  all.add("seed", options.seed);
  all.show("device", options.device);
  all.add_unless(std::string("tf32"), "precision", options.precision);
  return all.take();
}

std::string to_toml(const std::string& command, const Settings& settings) {
  std::string text = "# Repeat this run: aufbau " + command + " --config THIS_FILE -o FOLDER\n";
  for (const Setting& setting : settings) text += setting.name + " = " + setting.value + '\n';
  return text;
}

SettingIdentities identities(const Settings& settings) {
  SettingIdentities result;
  for (const Setting& setting : settings)
    if (!setting.identity.empty()) result[setting.name] = setting.identity;
  return result;
}

void require_same_settings(const std::string& where, const SettingIdentities& saved,
                           const SettingIdentities& now) {
  std::string differences;
  const auto value = [](const SettingIdentities& settings, const std::string& name) {
    const auto found = settings.find(name);
    return found == settings.end() ? std::string("absent") : found->second;
  };
  SettingIdentities all = saved;
  all.insert(now.begin(), now.end());
  for (const auto& [name, unused] : all) {
    const std::string before = value(saved, name), after = value(now, name);
    if (before == after) continue;
    differences +=
        (differences.empty() ? "--" : "; --") + name + " was " + before + " and is now " + after;
  }
  if (!differences.empty())
    fail(ErrorKind::mismatch, where, "the run cannot be resumed with other options: ", differences,
         "; give the same options, or start anew with --force");
}

}  // namespace aufbau::train
