#include "train/finetune_seed.h"

#include <chrono>
#include <cmath>
#include <limits>
#include <optional>

#include "core/error.h"
#include "core/text.h"
#include "objectives/supervised.h"
#include "tensor/backend.h"
#include "train/checkpoint.h"
#include "train/evaluation.h"
#include "train/model_card.h"
#include "train/run_directory.h"
#include "train/run_state.h"
#include "train/starting_encoder.h"
#include "train/training.h"

namespace aufbau::train {

namespace {

constexpr const char* kWhere = "finetune";
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
/// Epochs are saved no more often than this; what was not saved is computed again, to the same
/// bits.
constexpr std::chrono::seconds kBetweenCheckpoints{20};
constexpr const char* kBestPrefix = "best.";

objectives::ObjectiveConfig objective_config(const FinetuneSetup& setup,
                                             const nn::EncoderConfig& encoder, std::uint64_t seed) {
  objectives::ObjectiveConfig config;
  config.encoder = encoder;
  config.seed = seed;
  config.pooling = setup.options.pooling;
  config.target_columns = setup.tasks.columns;
  config.task_types = setup.tasks.types;
  config.target_mean = setup.scaler.mean;
  config.target_deviation = setup.scaler.deviation;
  return config;
}

StartingEncoder start_of(const FinetuneSetup& setup, std::uint64_t seed) {
  const FinetuneOptions& options = setup.options;
  return make_starting_encoder(
      kWhere, options.init, options.encoder,
      options.dropout_given ? std::optional(options.encoder.dropout) : std::nullopt,
      setup.dataset.schema(), seed, options.compaction);
}

/// One seed from its fresh head to its test predictions.
class SeedRun {
 public:
  SeedRun(const FinetuneSetup& setup, std::uint64_t seed, RunDirectory& directory)
      : setup_(setup),
        options_(setup.options),
        seed_(seed),
        directory_(directory),
        start_(start_of(setup, seed)),
        device_(parse_device(options_.device)),
        encoder_(std::move(start_.encoder)),
        objective_(objective_config(setup, encoder_->config(), seed)),
        checkpoints_(directory.file("checkpoints"), 1) {
    state_.settings = identities(seed_settings(setup, seed));
    state_.data_hash = setup.dataset.hash();
    state_.numbers = {{"best_epoch", 0}, {"best_valid", kNaN}, {"epochs_without_better", 0}};
    nn::HeadConfig config;
    config.task_names = setup.tasks.names;
    config.task_types = setup.tasks.types;
    config.pooling = options_.pooling;
    if (!setup.tasks.is_classification()) config.scaler = setup.scaler;
    nn::move_to(device_, encoder_->parameters());
    nn::move_to(device_, objective_.parameters());
    predictor_.emplace(encoder_, config, objective_.parameters());
    head_config_ = config;
    if (options_.freeze_encoder)
      for (nn::Parameter& parameter : parameters_of_encoder())
        parameter.tensor.set_requires_grad(false);
  }

  SeedRecord run() {
    std::optional<store::TensorFile> checkpoint;
    if (options_.resume) checkpoint = load_latest_checkpoint(directory_.file("checkpoints"));
    nn::Parameters everything = stage_parameters(*encoder_, objective_);
    Adam adam = make_adam();
    if (checkpoint) {
      continue_from(*checkpoint, everything, adam);
    } else {
      begin();
    }
    checkpoint.reset();
    Stage stage{
        setup_.dataset, setup_.split.train,  *encoder_, objective_, adam,
        schedule(),     options_.batch_size, seed_,     0,          !options_.freeze_encoder};
    stage.device = device_;
    const auto save = [&] { this->save(everything, adam); };
    while (state_.epoch < options_.epochs && !out_of_patience()) run_epoch(stage, save);
    return finish();
  }

 private:
  using Parameters = nn::Parameters;

  Parameters parameters_of_encoder() const {
    return nn::with_prefix("gnn.", encoder_->parameters());
  }

  /// Encoder and head under the names of the model file.
  Parameters parameters_of_model() const {
    Parameters all = parameters_of_encoder();
    for (nn::Parameter& parameter : objective_.parameters()) all.push_back(std::move(parameter));
    return all;
  }

  Adam make_adam() const {
    Parameters trained;
    std::vector<double> lr_scale;
    for (nn::Parameter& parameter : stage_parameters(*encoder_, objective_)) {
      const bool is_encoder = parameter.name.starts_with("gnn.");
      if (is_encoder && options_.freeze_encoder) continue;
      lr_scale.push_back(is_encoder ? 1.0 : options_.head_lr_scale);
      trained.push_back(std::move(parameter));
    }
    return Adam(std::move(trained), options_.optimizer, std::move(lr_scale));
  }

  const Schedule& schedule() {
    const auto train = static_cast<std::int64_t>(setup_.split.train.size());
    schedule_.emplace(options_.optimizer, options_.epochs,
                      (train + options_.batch_size - 1) / options_.batch_size);
    return *schedule_;
  }

  void begin() {
    directory_.clear();
    checkpoints_ = CheckpointFolder(directory_.file("checkpoints"), 1);
    directory_.describe("finetune", seed_settings(setup_, seed_), setup_.dataset, options_);
    data::write_split(directory_.file("splits.json"), setup_.split);
    metrics_log_.emplace(directory_.file("metrics.csv"), directory_.file("metrics.jsonl"));
    directory_.log("finetune with seed " + std::to_string(seed_), {});
  }

  void continue_from(const store::TensorFile& checkpoint, Parameters& everything, Adam& adam) {
    RunState saved = state_of(checkpoint);
    require_same_run(kWhere, saved.settings, saved.data_hash, state_.settings, state_.data_hash);
    state_ = std::move(saved);
    const nn::LoadReport report = nn::load_parameters(checkpoint.tensors, everything);
    if (!report.fresh.empty())
      fail(ErrorKind::input, kWhere, "the checkpoint has no tensor ", report.fresh.front());
    adam.load_state(checkpoint.tensors);
    for (const store::NamedTensor& entry : checkpoint.tensors)
      if (entry.name.starts_with(kBestPrefix))
        best_.push_back({entry.name.substr(std::string_view(kBestPrefix).size()), entry.tensor});
    metrics_log_.emplace(directory_.file("metrics.csv"), directory_.file("metrics.jsonl"),
                         state_.log_sizes);
    directory_.log("resumed after step " + std::to_string(state_.step), {});
  }

  void save(const Parameters& everything, const Adam& adam) {
    state_.log_sizes = metrics_log_->flush();
    std::vector<store::NamedTensor> tensors = nn::snapshot(everything);
    for (store::NamedTensor& tensor : adam.state()) tensors.push_back(std::move(tensor));
    for (const store::NamedTensor& tensor : best_)
      tensors.push_back({kBestPrefix + tensor.name, tensor.tensor});
    checkpoints_.save(state_.step, to_checkpoint(state_, std::move(tensors)));
    last_save_ = std::chrono::steady_clock::now();
  }

  bool out_of_patience() const {
    return options_.patience > 0 && state_.numbers.at("epochs_without_better") >= options_.patience;
  }

  std::string label() const {
    return "finetune seed " + std::to_string(seed_) + " epoch " + std::to_string(state_.epoch + 1) +
           "/" + std::to_string(options_.epochs);
  }

  void run_epoch(Stage& stage, const std::function<void()>& save) {
    const std::int64_t steps = stage.steps_per_epoch();
    train_epoch(stage, state_.epoch, state_.batch, state_.metrics, [&](const StepReport& report) {
      state_.batch = report.batch + 1;
      ++state_.step;
      setup_.progress(label(),
                      state_.epoch + static_cast<double>(state_.batch) / static_cast<double>(steps),
                      "loss " + format_number(static_cast<float>(report.loss)), false);
      if (!options_.should_stop || !options_.should_stop()) return;
      save();
      fail(ErrorKind::interrupted, kWhere, "stopped on request after step ", state_.step,
           " of seed ", seed_,
           "; everything is saved: the same command with --resume goes on from here");
    });
    const Evaluation valid = evaluate(setup_.split.valid), test = evaluate(setup_.split.test);
    record_epoch(stage, valid, test);
    const double score = valid.scores.at(setup_.metric.name).mean;
    if (is_better(setup_.metric, score, state_.numbers["best_valid"])) {
      state_.numbers["best_valid"] = score;
      state_.numbers["best_epoch"] = state_.epoch + 1;
      state_.numbers["epochs_without_better"] = 0;
      best_ = nn::snapshot(parameters_of_model());
    } else {
      ++state_.numbers["epochs_without_better"];
    }
    const std::string note = "loss " + format_number(static_cast<float>(state_.metrics.loss())) +
                             " valid " + setup_.metric.name + " " +
                             format_number(static_cast<float>(score));
    directory_.log(label() + " " + note, {});
    setup_.progress(label(), state_.epoch + 1, note, true);
    ++state_.epoch;
    state_.batch = 0;
    state_.metrics = {};
    if (std::chrono::steady_clock::now() - last_save_ > kBetweenCheckpoints) save();
  }

  Evaluation evaluate(const std::vector<std::int64_t>& rows) const {
    return train::evaluate(*predictor_, setup_.dataset, setup_.tasks, rows);
  }

  void record_epoch(const Stage& stage, const Evaluation& valid, const Evaluation& test) {
    MetricRow row;
    row.objective = "supervised";
    row.epoch = state_.epoch + 1;
    row.step = state_.step;
    row.learning_rate = stage.schedule.rate((state_.epoch + 1) * stage.steps_per_epoch() - 1);
    row.values = state_.metrics.values();
    for (const auto& [name, scores] : valid.scores)
      row.values.push_back({"valid", name, scores.mean});
    for (const auto& [name, scores] : test.scores)
      row.values.push_back({"test", name, scores.mean});
    metrics_log_->append(row);
  }

  SeedRecord finish() {
    SeedRecord record;
    record.last_epoch = state_.epoch;
    record.last_valid = evaluate(setup_.split.valid).scores;
    record.last_test = evaluate(setup_.split.test).scores;
    record.scores.best_epoch = static_cast<int>(state_.numbers["best_epoch"]);
    if (record.scores.best_epoch == 0) {
      record.scores.best_epoch = record.last_epoch;
      directory_.log("no epoch has a defined validation " + std::string(setup_.metric.name) +
                         "; the last epoch is used",
                     options_.log);
    } else {
      Parameters model = parameters_of_model();
      nn::load_parameters(best_, model);
    }
    record.valid = evaluate(setup_.split.valid).scores;
    const Evaluation test = evaluate(setup_.split.test);
    record.test = test.scores;
    const std::string metric = setup_.metric.name;
    record.scores.seed = seed_;
    record.scores.run = directory_.path();
    record.scores.best_valid = record.valid[metric].mean;
    record.scores.test_at_best = record.test[metric].mean;
    record.scores.last_valid = record.last_valid[metric].mean;
    record.scores.last_test = record.last_test[metric].mean;
    record.loaded = start_.report.loaded;
    record.skipped = start_.report.skipped;
    record.fresh = start_.report.fresh;
    for (const nn::Parameter& parameter : objective_.parameters())
      record.fresh.push_back(parameter.name);
    record.settings = state_.settings;
    record.data_hash = state_.data_hash;
    record.split_hash = setup_.split.hash();
    write_predictions(directory_.file("test_predictions.csv"), setup_.dataset, setup_.tasks,
                      setup_.split.test, test.predictions);
    nn::write_model(directory_.file("model.safetensors"), model_file(record));
    directory_.log("finished: best epoch " + std::to_string(record.scores.best_epoch) + ", valid " +
                       csv_text(record.scores.best_valid) + ", test " +
                       csv_text(record.scores.test_at_best),
                   {});
    write_record(directory_.file("summary.json"), record);
    checkpoints_.remove();
    return record;
  }

  static std::string csv_text(double value) {
    return std::isnan(value) ? "not defined" : format_number(static_cast<float>(value));
  }

  nn::ModelFile model_file(const SeedRecord& record) const {
    nn::ModelFile model;
    model.encoder = encoder_->config();
    model.has_head = true;
    model.head = head_config_;
    model.tensors = nn::snapshot(parameters_of_model());
    model.card = model_card(setup_.dataset, seed_);
    model.card["objective"] = "finetune";
    model.card["epoch"] = std::to_string(record.scores.best_epoch);
    model.card["metric"] = setup_.metric.name;
    model.card["valid"] = csv_text(record.scores.best_valid);
    model.card["split"] = setup_.split.method;
    model.card["split_hash"] = record.split_hash;
    if (!start_.init_hash.empty()) model.card["init_sha256"] = start_.init_hash;
    return model;
  }

  const FinetuneSetup& setup_;
  const FinetuneOptions& options_;
  std::uint64_t seed_;
  RunDirectory& directory_;
  StartingEncoder start_;
  Device device_;
  std::shared_ptr<nn::Encoder> encoder_;
  objectives::Supervised objective_;
  CheckpointFolder checkpoints_;
  nn::HeadConfig head_config_;
  std::optional<Predictor> predictor_;
  std::optional<Schedule> schedule_;
  std::optional<MetricsLog> metrics_log_;
  RunState state_;
  std::vector<store::NamedTensor> best_;
  std::chrono::steady_clock::time_point last_save_ = std::chrono::steady_clock::now();
};

}  // namespace

void check_setup(const FinetuneSetup& setup) {
  const FinetuneOptions& options = setup.options;
  const auto train = static_cast<std::int64_t>(setup.split.train.size());
  Schedule(options.optimizer, options.epochs,
           (train + options.batch_size - 1) / options.batch_size);
  check_optimizer_options(options.optimizer);
  const std::uint64_t seed = options.seeds.front();
  const StartingEncoder start = start_of(setup, seed);
  objectives::Supervised(objective_config(setup, start.encoder->config(), seed));
}

Settings seed_settings(const FinetuneSetup& setup, std::uint64_t seed) {
  FinetuneOptions options = setup.options;
  options.seeds = {seed};
  return settings_of(options, setup.init_hash, setup.splits_file_hash);
}

SeedRecord finetune_seed(const FinetuneSetup& setup, std::uint64_t seed,
                         const std::string& folder) {
  RunDirectory directory(folder, setup.options.resume, setup.options.force);
  if (setup.options.resume && directory.is_finished()) {
    SeedRecord record = read_seed_record(directory.file("summary.json"));
    require_same_run(kWhere, record.settings, record.data_hash,
                     identities(seed_settings(setup, seed)), setup.dataset.hash());
    return record;
  }
  return SeedRun(setup, seed, directory).run();
}

}  // namespace aufbau::train
