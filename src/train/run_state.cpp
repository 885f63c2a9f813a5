#include "train/run_state.h"

#include <limits>

#include "core/error.h"
#include "core/json_object.h"

namespace aufbau::train {

namespace {

constexpr const char* kFormat = "aufbau-checkpoint";
constexpr int kVersion = 1;
constexpr const char* kStateKey = "state";

}  // namespace

store::TensorFile to_checkpoint(const RunState& state, std::vector<store::NamedTensor> tensors) {
  Json json = {{"settings", state.settings},
               {"data_hash", state.data_hash},
               {"stage", state.stage},
               {"epoch", state.epoch},
               {"batch", state.batch},
               {"step", state.step},
               {"metrics", state.metrics.to_json()},
               {"csv_size", state.log_sizes.csv},
               {"jsonl_size", state.log_sizes.jsonl},
               {"numbers", state.numbers}};
  store::TensorFile file;
  file.tensors = std::move(tensors);
  file.metadata = {
      {"format", kFormat}, {"version", std::to_string(kVersion)}, {kStateKey, json.dump()}};
  return file;
}

RunState state_of(const store::TensorFile& checkpoint) {
  const auto entry = [&](const std::string& key) {
    const auto found = checkpoint.metadata.find(key);
    return found == checkpoint.metadata.end() ? std::string() : found->second;
  };
  if (entry("format") != kFormat)
    fail(ErrorKind::mismatch, "checkpoint", "the file's format is '", entry("format"),
         "', expected ", kFormat);
  if (entry("version") != std::to_string(kVersion))
    fail(ErrorKind::mismatch, "checkpoint", "the file's version is ", entry("version"),
         ", this program reads version ", kVersion);
  const Json json = parse_json(entry(kStateKey), ErrorKind::input, "checkpoint");
  const JsonObject object(json, ErrorKind::input, "checkpoint",
                          {"settings", "data_hash", "stage", "epoch", "batch", "step", "metrics",
                           "csv_size", "jsonl_size", "numbers"});
  RunState state;
  if (!object.at("settings").is_object() || !object.at("numbers").is_object())
    object.complain("'settings' and 'numbers' must be objects");
  for (const auto& [name, value] : object.at("settings").items()) {
    if (!value.is_string()) object.complain("setting '", name, "' is not a string");
    state.settings[name] = value.get<std::string>();
  }
  for (const auto& [name, value] : object.at("numbers").items()) {
    if (!value.is_number() && !value.is_null()) object.complain("'", name, "' is not a number");
    state.numbers[name] =
        value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
  }
  state.data_hash = object.text("data_hash");
  state.stage = static_cast<int>(object.integer("stage", 0, INT32_MAX));
  state.epoch = static_cast<int>(object.integer("epoch", 0, INT32_MAX));
  state.batch = object.integer("batch", 0, INT64_MAX);
  state.step = object.integer("step", 0, INT64_MAX);
  state.metrics = EpochMetrics::from_json(object.text("metrics"));
  state.log_sizes.csv = object.integer("csv_size", 0, INT64_MAX);
  state.log_sizes.jsonl = object.integer("jsonl_size", 0, INT64_MAX);
  return state;
}

void require_same_run(const std::string& where, const SettingIdentities& saved_settings,
                      const std::string& saved_data_hash, const SettingIdentities& settings,
                      const std::string& data_hash) {
  require_same_settings(where, saved_settings, settings);
  if (saved_data_hash != data_hash)
    fail(ErrorKind::mismatch, where,
         "the run cannot be resumed with other data: --data had the hash ", saved_data_hash,
         " and now has ", data_hash);
}

}  // namespace aufbau::train
