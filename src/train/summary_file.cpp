#include "train/summary_file.h"

#include <limits>

#include "core/error.h"
#include "core/json_object.h"
#include "store/atomic_file.h"

namespace aufbau::train {

namespace {

constexpr std::size_t kLargestSummary = std::size_t{1} << 28;

Json read_json(const std::string& path) {
  return parse_json(store::read_file(path, kLargestSummary), ErrorKind::input, path);
}

void write_json(const std::string& path, const Json& json) {
  store::write_file(path, json.dump(2) + "\n");
}

SettingIdentities settings(const JsonObject& object) {
  SettingIdentities result;
  for (const auto& [name, value] : object.at("settings").items()) {
    if (!value.is_string()) object.complain("setting '", name, "' is not a string");
    result[name] = value.get<std::string>();
  }
  return result;
}

Json json_of(const std::map<std::string, TaskScores>& metrics) {
  Json json = Json::object();
  for (const auto& [name, scores] : metrics)
    json[name] = {{"mean", scores.mean}, {"tasks", scores.per_task}};
  return json;
}

std::map<std::string, TaskScores> metrics_of(const JsonObject& object, const char* key) {
  std::map<std::string, TaskScores> metrics;
  for (const auto& [name, value] : object.at(key).items()) {
    const JsonObject scores(value, ErrorKind::input, key, {"mean", "tasks"});
    metrics[name] = {scores.numbers_or_nan("tasks"), scores.number_or_nan("mean")};
  }
  return metrics;
}

Json json_of(const SeedRecord& record) {
  const SeedScores& scores = record.scores;
  return {{"kind", "finetune-seed"},
          {"seed", scores.seed},
          {"run", scores.run},
          {"best_epoch", scores.best_epoch},
          {"last_epoch", record.last_epoch},
          {"best_valid", scores.best_valid},
          {"test_at_best", scores.test_at_best},
          {"last_valid", scores.last_valid},
          {"last_test", scores.last_test},
          {"valid_metrics", json_of(record.valid)},
          {"test_metrics", json_of(record.test)},
          {"last_valid_metrics", json_of(record.last_valid)},
          {"last_test_metrics", json_of(record.last_test)},
          {"loaded", record.loaded},
          {"skipped", record.skipped},
          {"fresh", record.fresh},
          {"data_hash", record.data_hash},
          {"split_hash", record.split_hash},
          {"settings", record.settings}};
}

SeedRecord seed_of(const Json& json, const std::string& where) {
  const JsonObject object(
      json, ErrorKind::input, where,
      {"kind", "seed", "run", "best_epoch", "last_epoch", "best_valid", "test_at_best",
       "last_valid", "last_test", "valid_metrics", "test_metrics", "last_valid_metrics",
       "last_test_metrics", "loaded", "skipped", "fresh", "data_hash", "split_hash", "settings"});
  SeedRecord record;
  if (!object.at("seed").is_number_unsigned()) object.complain("'seed' is not a number");
  record.scores.seed = object.at("seed").get<std::uint64_t>();
  record.scores.run = object.text("run");
  record.scores.best_epoch = static_cast<int>(object.integer("best_epoch", 1, INT32_MAX));
  record.last_epoch = static_cast<int>(object.integer("last_epoch", 1, INT32_MAX));
  record.scores.best_valid = object.number_or_nan("best_valid");
  record.scores.test_at_best = object.number_or_nan("test_at_best");
  record.scores.last_valid = object.number_or_nan("last_valid");
  record.scores.last_test = object.number_or_nan("last_test");
  record.valid = metrics_of(object, "valid_metrics");
  record.test = metrics_of(object, "test_metrics");
  record.last_valid = metrics_of(object, "last_valid_metrics");
  record.last_test = metrics_of(object, "last_test_metrics");
  record.loaded = object.texts("loaded");
  record.skipped = object.texts("skipped");
  record.fresh = object.texts("fresh");
  record.data_hash = object.text("data_hash");
  record.split_hash = object.text("split_hash");
  record.settings = settings(object);
  return record;
}

}  // namespace

void write_record(const std::string& path, const PretrainRecord& record) {
  const PretrainSummary& summary = record.summary;
  write_json(path, {{"kind", "pretrain"},
                    {"model", summary.model},
                    {"run", summary.run},
                    {"steps", summary.steps},
                    {"epochs", summary.epochs},
                    {"dropped", summary.dropped},
                    {"final_loss", summary.final_loss},
                    {"seconds", summary.seconds},
                    {"molecules_per_second", summary.molecules_per_second},
                    {"data_hash", record.data_hash},
                    {"settings", record.settings}});
}

PretrainRecord read_pretrain_record(const std::string& path) {
  const Json json = read_json(path);
  const JsonObject object(json, ErrorKind::input, path,
                          {"kind", "model", "run", "steps", "epochs", "dropped", "final_loss",
                           "seconds", "molecules_per_second", "data_hash", "settings"});
  if (object.text("kind") != "pretrain")
    object.complain("this is a ", object.text("kind"), " run, expected a pretraining run");
  PretrainRecord record;
  record.summary.model = object.text("model");
  record.summary.run = object.text("run");
  record.summary.steps = object.integer("steps", 0, INT64_MAX);
  record.summary.epochs = static_cast<int>(object.integer("epochs", 0, INT32_MAX));
  // Runs from before there was a leak guard do not say.
  if (object.has("dropped")) record.summary.dropped = object.integer("dropped", 0, INT64_MAX);
  record.summary.final_loss = object.number_or_nan("final_loss");
  record.summary.seconds = object.number_or_nan("seconds");
  record.summary.molecules_per_second = object.number_or_nan("molecules_per_second");
  record.data_hash = object.text("data_hash");
  record.settings = settings(object);
  return record;
}

void write_record(const std::string& path, const SeedRecord& record) {
  write_json(path, json_of(record));
}

SeedRecord read_seed_record(const std::string& path) { return seed_of(read_json(path), path); }

void write_record(const std::string& path, const FinetuneRecord& record) {
  const FinetuneSummary& summary = record.summary;
  Json seeds = Json::array();
  for (const SeedRecord& seed : record.seeds) seeds.push_back(json_of(seed));
  write_json(path, {{"kind", "finetune"},
                    {"model", summary.model},
                    {"run", summary.run},
                    {"metric", summary.metric},
                    {"higher_is_better", record.higher_is_better},
                    {"mean", summary.mean},
                    {"standard_deviation", summary.standard_deviation},
                    {"last_mean", summary.last_mean},
                    {"last_standard_deviation", summary.last_standard_deviation},
                    {"task_names", record.task_names},
                    {"task_types", record.task_types},
                    {"data_path", record.data_path},
                    {"data_hash", record.data_hash},
                    {"split_method", record.split_method},
                    {"split_hash", record.split_hash},
                    {"seeds", seeds},
                    {"seconds", summary.seconds}});
}

FinetuneRecord read_finetune_record(const std::string& path) {
  const Json json = read_json(path);
  if (!json.is_object() || json.value("kind", "") != "finetune")
    fail(ErrorKind::input, path, "this is not the summary of a fine-tuning run over its seeds");
  const JsonObject object(
      json, ErrorKind::input, path,
      {"kind", "model", "run", "metric", "higher_is_better", "mean", "standard_deviation",
       "last_mean", "last_standard_deviation", "task_names", "task_types", "data_path", "data_hash",
       "split_method", "split_hash", "seeds", "seconds"});
  FinetuneRecord record;
  FinetuneSummary& summary = record.summary;
  summary.model = object.text("model");
  summary.run = object.text("run");
  summary.metric = object.text("metric");
  if (!object.at("higher_is_better").is_boolean())
    object.complain("'higher_is_better' is not true or false");
  record.higher_is_better = object.at("higher_is_better").get<bool>();
  summary.mean = object.number_or_nan("mean");
  summary.standard_deviation = object.number_or_nan("standard_deviation");
  summary.last_mean = object.number_or_nan("last_mean");
  summary.last_standard_deviation = object.number_or_nan("last_standard_deviation");
  summary.seconds = object.number_or_nan("seconds");
  record.task_names = object.texts("task_names");
  record.task_types = object.texts("task_types");
  record.data_path = object.text("data_path");
  record.data_hash = object.text("data_hash");
  record.split_method = object.text("split_method");
  record.split_hash = object.text("split_hash");
  for (const Json& seed : object.array("seeds")) {
    record.seeds.push_back(seed_of(seed, path));
    summary.seeds.push_back(record.seeds.back().scores);
  }
  if (record.seeds.empty() || record.task_names.empty() ||
      record.task_types.size() != record.task_names.size())
    object.complain("expected at least one seed, and one type for each of at least one task");
  summary.loaded = record.seeds.front().loaded;
  summary.skipped = record.seeds.front().skipped;
  summary.fresh = record.seeds.front().fresh;
  return record;
}

}  // namespace aufbau::train
