#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "core/error.h"
#include "core/parallel.h"
#include "nn/model_file.h"
#include "store/atomic_file.h"
#include "tensor/backend.h"
#include "tensor/device/precision.h"
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

FinetuneOptions resolved(const FinetuneOptions& given) {
  check(given);
  FinetuneOptions options = given;
  options.device = name_of(parse_device(options.device));
  options.encoder = effective_encoder(options);
  options.dropout_given = true;
  return options;
}

/// One call of finetune(). Every option is looked at before run() touches the folder.
class FinetuneRun {
 public:
  explicit FinetuneRun(const FinetuneOptions& given)
      : options_(resolved(given)),
        dataset_(data::Dataset::open(options_.data)),
        tasks_(choose_tasks(kWhere, dataset_, options_.targets, options_.task_type,
                            /*may_mix=*/false)),
        metric_(choose_metric(options_.metric, tasks_)),
        split_(make_split(options_, dataset_)),
        scaler_(target_scaler(dataset_, tasks_, split_.train)),
        setup_{options_,
               dataset_,
               split_,
               tasks_,
               scaler_,
               metric_,
               hash_of(options_.init),
               hash_of(options_.splits_file),
               {}} {
    options_.metric = metric_.name;
    check_setup(setup_);
  }
  FinetuneRun(const FinetuneRun&) = delete;
  FinetuneRun& operator=(const FinetuneRun&) = delete;

  FinetuneSummary run() {
    const RunDirectory directory(options_.output, options_.resume, options_.force);
    if (options_.resume && directory.is_finished()) {
      const FinetuneRecord record = read_finetune_record(directory.file("summary.json"));
      if (holds_all(record, setup_)) {
        directory.log("the run in " + directory.path() + " is finished; nothing was done",
                      options_.log);
        return record.summary;
      }
    }
    begin(directory);
    FinetuneRecord record = train_seeds(directory);
    finish(directory, record);
    return record.summary;
  }

 private:
  void begin(const RunDirectory& directory) const {
    directory.describe("finetune", settings_of(options_, setup_.init_hash, setup_.splits_file_hash),
                       dataset_, options_);
    data::write_split(directory.file("splits.json"), split_);
    directory.log("finetune on " + options_.data + ": " + std::to_string(tasks_.count()) + " " +
                      tasks_.types.front() + " task(s), " + std::to_string(split_.train.size()) +
                      " train, " + std::to_string(split_.valid.size()) + " valid, " +
                      std::to_string(split_.test.size()) + " test, " +
                      std::to_string(options_.seeds.size()) + " seed(s)",
                  options_.log);
    log_unscorable(directory, setup_);
  }

  FinetuneRecord train_seeds(const RunDirectory& directory) const {
    const auto finished =
        std::count_if(options_.seeds.begin(), options_.seeds.end(), [&](std::uint64_t seed) {
          return std::filesystem::exists(seed_folder(directory, seed) + "/summary.json");
        });
    ProgressMeter meter(options_.progress, "epochs",
                        static_cast<double>(options_.seeds.size()) * options_.epochs,
                        static_cast<double>(finished) * options_.epochs);
    FinetuneSetup setup = setup_;
    FinetuneRecord record;
    for (std::size_t i = 0; i < options_.seeds.size(); ++i) {
      const double before = static_cast<double>(i) * options_.epochs;
      setup.progress = [&](const std::string& label, double epochs_done, const std::string& note,
                           bool epoch_ended) {
        if (epoch_ended) {
          meter.line(label, before + epochs_done, note);
        } else {
          meter.update(label, before + epochs_done, note);
        }
      };
      record.seeds.push_back(
          finetune_seed(setup, options_.seeds[i], seed_folder(directory, options_.seeds[i])));
      if (i == 0) log_tensors(directory, setup, record.seeds.back());
    }
    record.summary.seconds = meter.seconds();
    return record;
  }

  void finish(const RunDirectory& directory, FinetuneRecord& record) const {
    record.task_names = tasks_.names;
    record.task_types = tasks_.types;
    record.higher_is_better = metric_.higher_is_better;
    record.data_path = std::filesystem::absolute(options_.data).string();
    record.data_hash = dataset_.hash();
    record.split_method = split_.method;
    record.split_hash = split_.hash();
    summarise(record);
    const std::size_t best = best_seed(metric_, record.seeds);
    record.summary.metric = metric_.name;
    record.summary.run = directory.path();
    record.summary.model = directory.file("model.safetensors");
    store::write_file(
        record.summary.model,
        store::read_file(seed_folder(directory, options_.seeds[best]) + "/model.safetensors"));
    directory.log("finished: " + record.summary.model + " is that of seed " +
                      std::to_string(options_.seeds[best]),
                  options_.log);
    write_record(directory.file("summary.json"), record);
  }

  FinetuneOptions options_;
  data::Dataset dataset_;
  Tasks tasks_;
  const MetricEntry& metric_;
  data::Split split_;
  nn::TargetScaler scaler_;
  FinetuneSetup setup_;  // refers to the members above
};

}  // namespace

FinetuneSummary finetune(const FinetuneOptions& options) {
  const ThreadScope threads(options.threads);
  const PrecisionScope precision(parse_precision(options.precision));
  return FinetuneRun(options).run();
}

void check_finetune(const FinetuneOptions& options) {
  const ThreadScope threads(options.threads);
  const PrecisionScope precision(parse_precision(options.precision));
  const FinetuneRun run(options);
}

}  // namespace aufbau::train
