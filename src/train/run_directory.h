#pragma once
#include <functional>
#include <memory>
#include <string>

#include "data/dataset.h"
#include "train/leak_guard.h"
#include "train/settings.h"

namespace aufbau::train {

/// The folder of one run: config.toml env.json data.json splits.json metrics.csv metrics.jsonl
/// checkpoints/ model.safetensors test_predictions.csv summary.json log.txt. summary.json is
/// written last: where it is, the run is finished.
class RunDirectory {
 public:
  /// Makes the folder. One that is not empty is Error{usage} unless `resume` (the run in it goes
  /// on; temporary files that a killed process left are removed) or `force` (the files of the run
  /// in it and of the runs inside it are removed, nothing else). While the object lives another
  /// process that tries the same is Error{usage}.
  RunDirectory(const std::string& path, bool resume, bool force);
  ~RunDirectory();
  RunDirectory(const RunDirectory&) = delete;
  RunDirectory& operator=(const RunDirectory&) = delete;

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const;
  bool is_finished() const;
  /// Removes the files of the run, for a run that starts from its beginning.
  void clear() const;

  /// config.toml, env.json and data.json, which says what `guard` kept out.
  void describe(const std::string& command, const Settings& settings, const data::Dataset& dataset,
                const RunOptions& options, const LeakGuard& guard = {}) const;

  /// Adds a line with the time to log.txt, and hands the bare line to `listener` when there is one.
  void log(const std::string& line, const std::function<void(const std::string&)>& listener) const;

 private:
  class Lock;
  std::string path_;
  std::unique_ptr<Lock> lock_;
};

/// Program version, compiler, RDKit version, processor and threads as a JSON object.
std::string environment_json(const RunOptions& options);

}  // namespace aufbau::train
