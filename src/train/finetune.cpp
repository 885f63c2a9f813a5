#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "core/error.h"
#include "core/parallel.h"
#include "nn/model_file.h"
#include "store/atomic_file.h"
#include "tensor/backend.h"
#include "train/finetune_seed.h"
#include "train/progress_meter.h"
#include "train/run_directory.h"
#include "train/run_state.h"
#include "train/runs.h"
#include "train/starting_encoder.h"
#include "train/statistics.h"

namespace aufbau::train {

namespace {

constexpr const char* kWhere = "finetune";

void check(const FinetuneOptions& options) {
  const auto at_least = [](const char* name, int value, int least) {
    if (value < least)
      fail(ErrorKind::usage, kWhere, name, " is ", value, ", expected at least ", least);
  };
  at_least("epochs", options.epochs, 1);
  at_least("batch-size", options.batch_size, 1);
  at_least("patience", options.patience, 0);
  if (!std::isfinite(options.head_lr_scale) || options.head_lr_scale < 0)
    fail(ErrorKind::usage, kWhere, "head-lr-scale is ", options.head_lr_scale,
         ", expected a number from 0");
  if (options.seeds.empty()) fail(ErrorKind::usage, kWhere, "no seed was given; use --seeds 0-9");
  std::vector<std::uint64_t> seeds = options.seeds;
  std::sort(seeds.begin(), seeds.end());
  if (const auto twice = std::adjacent_find(seeds.begin(), seeds.end()); twice != seeds.end())
    fail(ErrorKind::usage, kWhere, "seed ", *twice, " is given twice");
  if (options.split_sizes.size() != 3)
    fail(ErrorKind::usage, kWhere, "split-sizes has ", options.split_sizes.size(),
         " numbers, expected three: train, valid and test");
}

data::Split make_split(const FinetuneOptions& options, const data::Dataset& dataset) {
  data::Split split = options.splits_file.empty()
                          ? data::make_split(options.split, dataset,
                                             {options.split_sizes[0], options.split_sizes[1],
                                              options.split_sizes[2]},
                                             options.split_seed)
                          : data::read_split(options.splits_file, dataset);
  if (split.train.empty())
    fail(ErrorKind::nothing_valid, kWhere, "the training part of the split is empty");
  return split;
}

const MetricEntry& choose_metric(const std::string& name, const Tasks& tasks) {
  const MetricEntry& metric = metric_by_name(!name.empty()               ? name
                                             : tasks.is_classification() ? "roc-auc"
                                                                         : "rmse");
  if (metric.classification != tasks.is_classification())
    fail(ErrorKind::usage, kWhere, "the metric ", metric.name, " is for ",
         metric.classification ? "classification" : "regression", ", but the targets are ",
         tasks.types.front());
  return metric;
}

/// The encoder that all seeds will have; the model's own when one is given.
EncoderOptions effective_encoder(const FinetuneOptions& options) {
  if (options.init.empty()) return options.encoder;
  EncoderOptions encoder = encoder_options(nn::read_model(options.init).encoder);
  if (options.dropout_given) encoder.dropout = options.encoder.dropout;
  return encoder;
}

std::string hash_of(const std::string& path) {
  return path.empty() ? std::string() : store::sha256_of_file(path);
}

/// Index of the seed with the best validation score, the first of equal ones.
std::size_t best_seed(const MetricEntry& metric, const std::vector<SeedRecord>& seeds) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < seeds.size(); ++i)
    if (is_better(metric, seeds[i].scores.best_valid, seeds[best].scores.best_valid)) best = i;
  return best;
}

/// A finished run of just these seeds, or nothing.
bool holds_all(const FinetuneRecord& record, const FinetuneSetup& setup) {
  if (record.seeds.size() != setup.options.seeds.size()) return false;
  for (std::size_t i = 0; i < record.seeds.size(); ++i) {
    if (record.seeds[i].scores.seed != setup.options.seeds[i]) return false;
    require_same_run(kWhere, record.seeds[i].settings, record.seeds[i].data_hash,
                     identities(seed_settings(setup, setup.options.seeds[i])),
                     setup.dataset.hash());
  }
  return true;
}

void log_unscorable(const RunDirectory& directory, const FinetuneSetup& setup) {
  const auto look = [&](const char* part, const std::vector<std::int64_t>& rows) {
    const std::vector<float> labels = labels_of(setup.dataset, setup.tasks, rows);
    const std::vector<double> values(labels.begin(), labels.end());
    const TaskScores scores = score_tasks(setup.metric, values, values, setup.tasks.count());
    const auto undefined = std::count_if(scores.per_task.begin(), scores.per_task.end(),
                                         [](double score) { return std::isnan(score); });
    if (undefined == 0) return;
    directory.log(std::string("the ") + part + " part has " + std::to_string(undefined) + " of " +
                      std::to_string(setup.tasks.count()) + " tasks on which " + setup.metric.name +
                      " is not defined; they do not enter its average" +
                      (std::isnan(scores.mean) ? ", which is not defined either" : ""),
                  setup.options.log);
  };
  look("validation", setup.split.valid);
  look("test", setup.split.test);
}

void log_tensors(const RunDirectory& directory, const FinetuneSetup& setup,
                 const SeedRecord& record) {
  if (setup.options.init.empty()) return;
  directory.log(setup.options.init + ": " + std::to_string(record.loaded.size()) +
                    " tensors loaded, " + std::to_string(record.skipped.size()) + " left there, " +
                    std::to_string(record.fresh.size()) + " new",
                setup.options.log);
  for (const std::string& name : record.skipped) directory.log("left there: " + name, {});
  for (const std::string& name : record.fresh) directory.log("new: " + name, {});
}

void summarise(FinetuneRecord& record) {
  FinetuneSummary& summary = record.summary;
  std::vector<double> tests, last_tests;
  for (const SeedRecord& seed : record.seeds) {
    summary.seeds.push_back(seed.scores);
    tests.push_back(seed.scores.test_at_best);
    last_tests.push_back(seed.scores.last_test);
  }
  summary.mean = mean(tests);
  summary.standard_deviation = standard_deviation(tests);
  summary.last_mean = mean(last_tests);
  summary.last_standard_deviation = standard_deviation(last_tests);
  summary.loaded = record.seeds.front().loaded;
  summary.skipped = record.seeds.front().skipped;
  summary.fresh = record.seeds.front().fresh;
}

std::string seed_folder(const RunDirectory& directory, std::uint64_t seed) {
  return directory.file("seed-" + std::to_string(seed));
}

FinetuneSummary run_all(const FinetuneOptions& given) {
  check(given);
  FinetuneOptions options = given;
  if (parse_device(options.device).kind == Device::Kind::cpu) options.device = "cpu";
  const data::Dataset dataset = data::Dataset::open(options.data);
  const Tasks tasks =
      choose_tasks(kWhere, dataset, options.targets, options.task_type, /*may_mix=*/false);
  const MetricEntry& metric = choose_metric(options.metric, tasks);
  options.metric = metric.name;
  options.encoder = effective_encoder(options);
  options.dropout_given = true;
  const data::Split split = make_split(options, dataset);
  const nn::TargetScaler scaler = target_scaler(dataset, tasks, split.train);
  FinetuneSetup setup{options,
                      dataset,
                      split,
                      tasks,
                      scaler,
                      metric,
                      hash_of(options.init),
                      hash_of(options.splits_file),
                      {}};
  check_setup(setup);  // every option is looked at before the folder is touched
  const RunDirectory directory(options.output, options.resume, options.force);
  if (options.resume && directory.is_finished()) {
    const FinetuneRecord record = read_finetune_record(directory.file("summary.json"));
    if (holds_all(record, setup)) {
      directory.log("the run in " + directory.path() + " is finished; nothing was done",
                    options.log);
      return record.summary;
    }
  }
  directory.describe("finetune", settings_of(options, setup.init_hash, setup.splits_file_hash),
                     dataset, options);
  data::write_split(directory.file("splits.json"), split);
  directory.log("finetune on " + options.data + ": " + std::to_string(tasks.count()) + " " +
                    tasks.types.front() + " task(s), " + std::to_string(split.train.size()) +
                    " train, " + std::to_string(split.valid.size()) + " valid, " +
                    std::to_string(split.test.size()) + " test, " +
                    std::to_string(options.seeds.size()) + " seed(s)",
                options.log);
  log_unscorable(directory, setup);

  const auto finished =
      std::count_if(options.seeds.begin(), options.seeds.end(), [&](std::uint64_t seed) {
        return std::filesystem::exists(seed_folder(directory, seed) + "/summary.json");
      });
  ProgressMeter meter(options.progress, "epochs",
                      static_cast<double>(options.seeds.size()) * options.epochs,
                      static_cast<double>(finished) * options.epochs);
  FinetuneRecord record;
  for (std::size_t i = 0; i < options.seeds.size(); ++i) {
    const double before = static_cast<double>(i) * options.epochs;
    setup.progress = [&](const std::string& label, double epochs_done, const std::string& note,
                         bool epoch_ended) {
      if (epoch_ended) {
        meter.line(label, before + epochs_done, note);
      } else {
        meter.update(label, before + epochs_done, note);
      }
    };
    record.seeds.push_back(
        finetune_seed(setup, options.seeds[i], seed_folder(directory, options.seeds[i])));
    if (i == 0) log_tensors(directory, setup, record.seeds.back());
  }
  record.task_names = tasks.names;
  record.task_types = tasks.types;
  record.higher_is_better = metric.higher_is_better;
  record.data_path = std::filesystem::absolute(options.data).string();
  record.data_hash = dataset.hash();
  record.split_method = split.method;
  record.split_hash = split.hash();
  summarise(record);
  const std::size_t best = best_seed(metric, record.seeds);
  record.summary.metric = metric.name;
  record.summary.run = directory.path();
  record.summary.model = directory.file("model.safetensors");
  store::write_file(
      record.summary.model,
      store::read_file(seed_folder(directory, options.seeds[best]) + "/model.safetensors"));
  record.summary.seconds = meter.seconds();
  directory.log("finished: " + record.summary.model + " is that of seed " +
                    std::to_string(options.seeds[best]),
                options.log);
  write_record(directory.file("summary.json"), record);
  return record.summary;
}

}  // namespace

FinetuneSummary finetune(const FinetuneOptions& options) {
  const ThreadScope threads(options.threads);
  return run_all(options);
}

}  // namespace aufbau::train
