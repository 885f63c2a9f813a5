#pragma once
#include <map>
#include <string>
#include <vector>

#include "aufbau.h"

namespace aufbau::train {

/// One option of a run as config.toml shows it and as a resumed run compares it.
struct Setting {
  std::string name;   ///< long name on the command line, without the dashes
  std::string value;  ///< as TOML
  std::string
      identity;  ///< what must be equal on resume; empty: the option does not change the result
};
using Settings = std::vector<Setting>;

/// Every option but the output folder, threads and the switches about overwriting, in the order of
/// aufbau.h. `init_hash`: SHA-256 of the file given as init, which is compared instead of its path;
/// `excluded_hash`: of the molecules to exclude, empty when none are.
Settings settings_of(const PretrainOptions& options, const std::string& init_hash,
                     const std::string& excluded_hash);
Settings settings_of(const FinetuneOptions& options, const std::string& init_hash,
                     const std::string& splits_file_hash);
/// What it is made of checks its own settings when it is resumed.
Settings settings_of(const ReproduceOptions& options);
Settings settings_of(const TransferStudyOptions& options);

/// `aufbau <command> --config FILE -o ELSEWHERE` repeats the run.
std::string to_toml(const std::string& command, const Settings& settings);

/// Name and identity of the settings that change the result.
using SettingIdentities = std::map<std::string, std::string>;
SettingIdentities identities(const Settings& settings);
/// Error{mismatch} naming the options that differ, with both values.
void require_same_settings(const std::string& where, const SettingIdentities& saved,
                           const SettingIdentities& now);

}  // namespace aufbau::train
