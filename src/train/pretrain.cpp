#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "core/error.h"
#include "core/parallel.h"
#include "core/text.h"
#include "nn/model_file.h"
#include "objectives/objective.h"
#include "tensor/backend.h"
#include "tensor/cpu/recycler.h"
#include "tensor/device/precision.h"
#include "train/checkpoint.h"
#include "train/leak_guard.h"
#include "train/model_card.h"
#include "train/progress_meter.h"
#include "train/ranks.h"
#include "train/run_directory.h"
#include "train/run_state.h"
#include "train/runs.h"
#include "train/starting_encoder.h"
#include "train/summary_file.h"
#include "train/tasks.h"
#include "train/training.h"

namespace aufbau::train {

namespace {

constexpr const char* kWhere = "pretrain";

void check(const PretrainOptions& options) {
  const auto at_least = [](const char* name, int value, int least) {
    if (value < least)
      fail(ErrorKind::usage, kWhere, name, " is ", value, ", expected at least ", least);
  };
  at_least("epochs", options.epochs, 1);
  at_least("batch-size", options.batch_size, 1);
  at_least("micro-batches", options.micro_batches, 1);
  if (options.micro_batches > options.batch_size)
    fail(ErrorKind::usage, kWhere, "micro-batches is ", options.micro_batches,
         ", expected at most the batch-size, which is ", options.batch_size);
  at_least("checkpoint-steps", options.checkpoint_steps, 0);
  at_least("keep-checkpoints", options.keep_checkpoints, 1);
}

std::string name_of(const objectives::ObjectiveStage& stage) {
  std::string name;
  for (const objectives::ObjectiveTerm& term : stage) name += (name.empty() ? "" : "+") + term.name;
  return name;
}

/// The parts of a batch are what the ranks share, so each must have as many.
void check_shares(int micro_batches, int ranks) {
  if (micro_batches % ranks == 0) return;
  fail(ErrorKind::usage, kWhere, "micro-batches is ", micro_batches, ", which ", ranks,
       " ranks cannot share; expected a multiple of ", ranks, ", for example --micro-batches ",
       (micro_batches / ranks + 1) * ranks,
       " (the result depends on the number of micro-batches, not on that of the ranks)");
}

/// Threads of one of several ranks on this host, unless a number is given: its share of the cores,
/// or those that mpirun has bound it to.
int threads_of(const PretrainOptions& options) {
  if (options.threads > 0 || !options.mpi) return options.threads;
  const ThreadScope all(0);
  const auto cores = static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN));
  return std::clamp(cores / process_group().on_this_host, 1, thread_count());
}

/// Everything one pretraining run works with. Every option is looked at before run() touches the
/// folder.
class PretrainRun {
 public:
  PretrainRun(const PretrainOptions& options, Ranks& ranks)
      : options_(checked(options)),
        device_(parse_device(options_.device)),
        ranks_(ranks),
        stages_(objectives::parse_stages(options.objective)),
        dataset_(open_dataset(options.data)),
        guard_(guard_against_leaks(dataset_, options.exclude, options)),
        start_(make_starting_encoder(
            kWhere, options.init, options.encoder,
            options.dropout_given ? std::optional(options.encoder.dropout) : std::nullopt,
            dataset_.schema(), options.seed, options.compaction)),
        encoder_(*start_.encoder),
        steps_per_epoch_((molecule_count() + options_.batch_size - 1) / options_.batch_size) {
    options_.encoder = encoder_options(encoder_.config());
    nn::move_to(device_, encoder_.parameters());
    const Schedule schedule(options_.optimizer, options_.epochs, steps_per_epoch_);
    for (std::size_t s = 0; s < stages_.size(); ++s)
      Adam(objectives::make_stage(stages_[s], objective_config(s))->parameters(),
           options_.optimizer);
    settings_ = settings_of(options_, start_.init_hash, guard_.hash);
    state_.settings = identities(settings_);
    state_.data_hash = dataset_.hash();
  }

  PretrainSummary run() {
    require_same_on_all_ranks();
    if (open_folder() == "finished") return finished_summary();
    std::optional<store::TensorFile> checkpoint = load_checkpoint();
    if (checkpoint) {
      continue_from(*checkpoint);
    } else {
      begin();
    }
    const double total = static_cast<double>(steps_per_epoch_) * options_.epochs *
                         static_cast<double>(stages_.size());
    ProgressMeter meter(options_.progress, "steps", total, static_cast<double>(state_.step));
    meter_ = &meter;
    for (int s = state_.stage; s < static_cast<int>(stages_.size()); ++s) {
      if (s > state_.stage) enter(s);
      run_stage(s, checkpoint ? &*checkpoint : nullptr);
      checkpoint.reset();
    }
    return finish();
  }

 private:
  static PretrainOptions checked(PretrainOptions options) {
    check(options);
    options.device = name_of(parse_device(options.device));
    return options;
  }

  static data::Dataset open_dataset(const std::string& path) {
    data::Dataset dataset = data::Dataset::open(path);
    if (dataset.size() == 0)
      fail(ErrorKind::nothing_valid, kWhere, path, " holds no graphs to learn from");
    return dataset;
  }

  /// Ranks on other machines may have been given other files under the same names.
  void require_same_on_all_ranks() const {
    std::string lines = "program " AUFBAU_VERSION "\ndata " + state_.data_hash;
    for (const auto& [name, value] : state_.settings) lines += "\n--" + name + ' ' + value;
    ranks_.require_same(lines);
  }

  /// Only the first rank uses the folder; what it finds there it tells the others: "finished", or
  /// nothing.
  std::string open_folder() {
    std::string found;
    if (ranks_.is_first()) {
      directory_.emplace(options_.output, options_.resume, options_.force);
      if (options_.resume && directory_->is_finished()) {
        found = "finished";
      } else {
        checkpoints_.emplace(file("checkpoints"), options_.keep_checkpoints);
      }
    }
    return ranks_.gather(found).front();
  }

  /// To go on from; every rank reads it.
  std::optional<store::TensorFile> load_checkpoint() const {
    std::optional<store::TensorFile> checkpoint;
    if (options_.resume) checkpoint = load_latest_checkpoint(file("checkpoints"));
    const std::string step = checkpoint ? std::to_string(state_of(*checkpoint).step) : "none";
    const std::string first = ranks_.gather(step).front();
    if (step != first)
      fail(ErrorKind::input, kWhere, "the checkpoint in ", options_.output, " is of step ", step,
           ", on rank 0 of step ", first, "; the folder must be one that all ranks can read");
    return checkpoint;
  }

  PretrainSummary finished_summary() const {
    const PretrainRecord record = read_pretrain_record(file("summary.json"));
    require_same_run(kWhere, record.settings, record.data_hash, state_.settings, state_.data_hash);
    log("the run in " + options_.output + " is finished; nothing was done");
    return record.summary;
  }

  void begin() {
    if (!ranks_.is_first()) return;
    directory_->clear();
    std::filesystem::create_directories(file("checkpoints"));
    directory_->describe("pretrain", settings_, dataset_, options_, guard_);
    metrics_log_.emplace(file("metrics.csv"), file("metrics.jsonl"));
    if (!guard_.sources.empty()) log(guard_.sentence());
    log("pretrain on " + std::to_string(molecule_count()) + " graphs of " + options_.data + ", " +
        options_.objective + ", " + std::to_string(options_.epochs) + " epochs of " +
        std::to_string(steps_per_epoch_) + " steps each");
    if (options_.init.empty()) return;
    log(options_.init + ": " + std::to_string(start_.report.loaded.size()) + " tensors loaded, " +
        std::to_string(start_.report.skipped.size()) + " left there, " +
        std::to_string(start_.report.fresh.size()) + " new");
    for (const std::string& name : start_.report.skipped) log("left there: " + name);
    for (const std::string& name : start_.report.fresh) log("new: " + name);
  }

  void continue_from(const store::TensorFile& checkpoint) {
    RunState saved = state_of(checkpoint);
    require_same_run(kWhere, saved.settings, saved.data_hash, state_.settings, state_.data_hash);
    state_ = std::move(saved);
    if (ranks_.is_first())
      metrics_log_.emplace(file("metrics.csv"), file("metrics.jsonl"), state_.log_sizes);
    log("resumed after step " + std::to_string(state_.step));
  }

  /// Stages after the first keep the encoder with its running statistics; heads and optimizer are
  /// new.
  void enter(int stage) {
    state_.stage = stage;
    state_.epoch = 0;
    state_.batch = 0;
    state_.metrics = {};
  }

  objectives::ObjectiveConfig objective_config(std::size_t stage) const {
    objectives::ObjectiveConfig config;
    config.encoder = encoder_.config();
    config.seed = options_.seed;
    config.mask_rate = options_.mask_rate;
    config.mask_bonds = options_.mask_bonds;
    config.context_mode = options_.context_mode;
    config.context_pooling = options_.context_pooling;
    config.context_size = options_.context_size;
    config.negative_samples = options_.negative_samples;
    config.augmentations = options_.augmentations;
    config.augmentation_ratio = options_.augmentation_ratio;
    config.temperature = options_.temperature;
    config.pooling = options_.pooling;
    for (const objectives::ObjectiveTerm& term : stages_[stage]) {
      if (term.name != "supervised") continue;
      const Tasks tasks = choose_tasks(kWhere, dataset_, {}, "auto", true);
      const nn::TargetScaler scaler = target_scaler(dataset_, tasks, guard_.rows);
      config.target_columns = tasks.columns;
      config.task_types = tasks.types;
      config.target_mean = scaler.mean;
      config.target_deviation = scaler.deviation;
    }
    return config;
  }

  void run_stage(int s, const store::TensorFile* checkpoint) {
    const std::size_t index = static_cast<std::size_t>(s);
    const objectives::ObjectiveStage& terms = stages_[index];
    const auto objective = objectives::make_stage(terms, objective_config(index));
    nn::move_to(device_, objective->parameters());
    nn::Parameters parameters = stage_parameters(encoder_, *objective);
    Adam adam(parameters, options_.optimizer);
    if (checkpoint) {
      const nn::LoadReport report = nn::load_parameters(checkpoint->tensors, parameters);
      if (!report.fresh.empty())
        fail(ErrorKind::input, kWhere, "the checkpoint has no tensor ", report.fresh.front());
      adam.load_state(checkpoint->tensors);
    }
    const Schedule schedule(options_.optimizer, options_.epochs, steps_per_epoch_);
    Stage stage{dataset_,
                guard_.rows,
                encoder_,
                *objective,
                adam,
                schedule,
                options_.batch_size,
                options_.seed,
                static_cast<std::uint32_t>(s * options_.epochs),
                true,
                options_.micro_batches,
                &ranks_,
                device_};
    const auto save = [&] { this->save(parameters, adam); };
    const std::string name = name_of(terms);
    while (state_.epoch < options_.epochs) run_epoch(stage, name, save);
  }

  void run_epoch(Stage& stage, const std::string& name, const std::function<void()>& save) {
    const std::string label = stage_label(name);
    double learning_rate = stage.schedule.rate((state_.epoch + 1) * steps_per_epoch_ - 1);
    try {
      train_epoch(stage, state_.epoch, state_.batch, state_.metrics,
                  [&](const StepReport& report) { after_step(report, label, save); });
    } catch (const Error& error) {
      save_for_others(error, save);
      throw;
    }
    const double loss = state_.metrics.loss();
    if (std::isnan(loss))
      fail(ErrorKind::nothing_valid, kWhere, "no batch of the epoch had anything to learn from by ",
           name, "; the molecules may be too small for it");
    if (metrics_log_)
      metrics_log_->append({state_.stage + 1, name, state_.epoch + 1, state_.step, learning_rate,
                            state_.metrics.values()});
    const std::string note = "loss " + format_number(static_cast<float>(loss));
    if (directory_) directory_->log(label + " " + note, {});
    meter_->line(label, static_cast<double>(state_.step), note);
    state_.numbers["final_loss"] = loss;
    ++state_.epoch;
    state_.batch = 0;
    state_.metrics = {};
    save();
  }

  void after_step(const StepReport& report, const std::string& label,
                  const std::function<void()>& save) {
    state_.batch = report.batch + 1;
    ++state_.step;
    molecules_here_ += report.molecules;
    meter_->update(label, static_cast<double>(state_.step),
                   "loss " + format_number(static_cast<float>(report.loss)));
    const bool stop = options_.should_stop && options_.should_stop();
    const bool due = options_.checkpoint_steps > 0 && state_.step % options_.checkpoint_steps == 0;
    if (stop || due) save();
    if (stop)
      fail(ErrorKind::interrupted, kWhere, "stopped on request after step ", state_.step,
           "; everything is saved: the same command with --resume goes on from here");
  }

  /// When another rank ends the run, the first one saves what the last whole step has left.
  void save_for_others(const Error& error, const std::function<void()>& save) const {
    const bool is_lost = dynamic_cast<const RankLost*>(&error) != nullptr;
    if (!ranks_.is_first() || (!is_lost && error.kind() != ErrorKind::other_rank)) return;
    save();
    const std::string what = "saved after step " + std::to_string(state_.step) +
                             "; the same command with --resume goes on from here";
    if (is_lost) throw RankLost(error.kind(), std::string(error.what()) + "; " + what);
    log(what);
  }

  std::string stage_label(const std::string& name) const {
    std::string label =
        name + " " + std::to_string(state_.epoch + 1) + "/" + std::to_string(options_.epochs);
    if (stages_.size() > 1)
      label += " (stage " + std::to_string(state_.stage + 1) + "/" +
               std::to_string(stages_.size()) + ")";
    return label;
  }

  void save(const nn::Parameters& parameters, const Adam& adam) {
    if (!ranks_.is_first()) return;
    state_.log_sizes = metrics_log_->flush();
    std::vector<store::NamedTensor> tensors = nn::snapshot(parameters);
    for (store::NamedTensor& tensor : adam.state()) tensors.push_back(std::move(tensor));
    checkpoints_->save(state_.step, to_checkpoint(state_, std::move(tensors)));
  }

  PretrainSummary finish() {
    PretrainRecord record;
    record.summary.model = file("model.safetensors");
    record.summary.run = options_.output;
    record.summary.steps = state_.step;
    record.summary.epochs = options_.epochs;
    record.summary.dropped = guard_.dropped;
    record.summary.final_loss = state_.numbers["final_loss"];
    record.summary.seconds = meter_->seconds();
    record.summary.molecules_per_second =
        static_cast<double>(molecules_here_) / std::max(1e-9, record.summary.seconds);
    record.settings = state_.settings;
    record.data_hash = state_.data_hash;
    if (!ranks_.is_first()) return record.summary;
    write_model();
    log("finished: " + record.summary.model + "; tensors took at most " +
        std::to_string(cpu::recycler_state().peak >> 20) + " MiB at once");
    write_record(file("summary.json"), record);
    return record.summary;
  }

  void write_model() const {
    nn::ModelFile model;
    model.encoder = encoder_.config();
    model.tensors = nn::snapshot(nn::with_prefix("gnn.", encoder_.parameters()));
    model.card = model_card(dataset_, options_.seed);
    model.card["objective"] = options_.objective;
    model.card["epochs"] = std::to_string(options_.epochs);
    model.card["steps"] = std::to_string(state_.step);
    model.card["batch_size"] = std::to_string(options_.batch_size);
    if (options_.micro_batches > 1)
      model.card["micro_batches"] = std::to_string(options_.micro_batches);
    if (!start_.init_hash.empty()) model.card["init_sha256"] = start_.init_hash;
    guard_.add_to(model.card);
    nn::write_model(file("model.safetensors"), model);
  }

  void log(const std::string& line) const {
    if (directory_) directory_->log(line, options_.log);
  }
  std::string file(const std::string& name) const {
    return (std::filesystem::path(options_.output) / name).string();
  }
  std::int64_t molecule_count() const { return static_cast<std::int64_t>(guard_.rows.size()); }

  PretrainOptions options_;
  Device device_;
  Ranks& ranks_;
  std::vector<objectives::ObjectiveStage> stages_;
  data::Dataset dataset_;
  LeakGuard guard_;
  StartingEncoder start_;
  nn::Encoder& encoder_;
  std::int64_t steps_per_epoch_ = 0, molecules_here_ = 0;
  std::optional<RunDirectory> directory_;  ///< of the first rank, like checkpoints and metrics
  Settings settings_;
  RunState state_;
  std::optional<MetricsLog> metrics_log_;
  std::optional<CheckpointFolder> checkpoints_;
  ProgressMeter* meter_ = nullptr;
};

}  // namespace

PretrainSummary pretrain(const PretrainOptions& options) {
  const ThreadScope threads(threads_of(options));
  const PrecisionScope precision(parse_precision(options.precision));
  if (!options.mpi) {
    OneRank alone;
    return pretrain(options, alone);
  }
  return pretrain(options, *join_ranks(options.should_stop));
}

PretrainSummary pretrain(const PretrainOptions& options, Ranks& ranks) {
  PretrainOptions own = options;
  if (!ranks.is_first()) {
    own.progress = nullptr;
    own.log = nullptr;
  }
  try {
    check_shares(own.micro_batches, ranks.count());
    PretrainSummary summary = PretrainRun(own, ranks).run();
    ranks.gather("");  // the first one has written everything
    return summary;
  } catch (...) {
    ranks.end_with(std::current_exception());
  }
}

void check_pretrain(const PretrainOptions& options) {
  const ThreadScope threads(options.threads);
  const PrecisionScope precision(parse_precision(options.precision));
  OneRank alone;
  const PretrainRun run(options, alone);
}

}  // namespace aufbau::train
