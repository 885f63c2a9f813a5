#pragma once
#include <map>
#include <string>
#include <vector>

#include "aufbau.h"
#include "train/metrics.h"
#include "train/settings.h"

namespace aufbau::train {

/// summary.json of a pretraining run.
struct PretrainRecord {
  PretrainSummary summary;
  SettingIdentities settings;
  std::string data_hash;
};
void write_record(const std::string& path, const PretrainRecord& record);
PretrainRecord read_pretrain_record(const std::string& path);

/// Scores of one seed, with every metric.
struct SeedRecord {
  SeedScores scores;
  int last_epoch = 0;
  /// Every metric of the task type, by name: mean over tasks and each task.
  std::map<std::string, TaskScores> valid, test;  ///< at the best validation epoch
  std::map<std::string, TaskScores> last_valid, last_test;
  std::vector<std::string> loaded, skipped, fresh;  ///< tensor names
  SettingIdentities settings;
  std::string data_hash, split_hash;
};
void write_record(const std::string& path, const SeedRecord& record);
SeedRecord read_seed_record(const std::string& path);

/// summary.json of a fine-tuning run over its seeds: what `compare` reads.
struct FinetuneRecord {
  FinetuneSummary summary;
  std::vector<SeedRecord> seeds;  ///< in the order of summary.seeds
  std::vector<std::string> task_names, task_types;
  bool higher_is_better = true;
  std::string data_path, data_hash, split_method, split_hash;
};
void write_record(const std::string& path, const FinetuneRecord& record);
/// Error{input} when it is damaged or not of a fine-tuning run.
FinetuneRecord read_finetune_record(const std::string& path);

}  // namespace aufbau::train
