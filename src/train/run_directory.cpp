#include "train/run_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/parallel.h"
#include "molecules/molecule.h"
#include "store/atomic_file.h"

namespace aufbau::train {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr std::array kRunFiles = {
    "config.toml",          "env.json",      "data.json",   "splits.json",
    "metrics.csv",          "metrics.jsonl", "checkpoints", "model.safetensors",
    "test_predictions.csv", "summary.json",  "log.txt"};

bool is_run_file(const std::string& name) {
  return std::find(kRunFiles.begin(), kRunFiles.end(), name) != kRunFiles.end();
}

/// Folders of runs inside a run: the seeds of a fine-tuning, the stages of a pipeline.
bool is_inner_run(const std::string& name) {
  return name.starts_with("seed-") || name.starts_with("stage-") || name == "finetune";
}

/// A temporary of one of our files: "<name>.tmp-..." (store/atomic_file.h).
bool is_temporary(const std::string& name) {
  const std::size_t at = name.find(".tmp-");
  return at != std::string::npos && is_run_file(name.substr(0, at));
}

std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

void remove_run_files(const std::string& folder) {
  for (const std::string& name : names_in(folder)) {
    const fs::path path = fs::path(folder) / name;
    if (is_run_file(name) || is_temporary(name)) {
      fs::remove_all(path);
    } else if (is_inner_run(name) && fs::is_directory(path)) {
      remove_run_files(path.string());
      if (fs::is_empty(path)) fs::remove(path);
    }
  }
}

std::string now_utc() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  return "unknown";
}

}  // namespace

/// A lock on the folder itself leaves no file behind and ends with the process, however that ends.
/// File systems without locks are used without.
class RunDirectory::Lock {
 public:
  explicit Lock(const std::string& path)
      : descriptor_(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (descriptor_ < 0 || ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
      return;
    ::close(descriptor_);
    fail(ErrorKind::usage, "run", "another process is writing to ", path,
         "; wait for it, or name another folder");
  }
  ~Lock() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  int descriptor_;
};

RunDirectory::RunDirectory(const std::string& path, bool resume, bool force) : path_(path) {
  if (path.empty()) fail(ErrorKind::usage, "run", "no output folder was given; use -o FOLDER");
  if (resume && force)
    fail(ErrorKind::usage, "run",
         "--resume and --force exclude each other: continue, or overwrite");
  try {
    if (fs::exists(path) && !fs::is_directory(path))
      fail(ErrorKind::usage, "run", path, " is a file, expected a folder to write the run to");
    fs::create_directories(path);
    lock_ = std::make_unique<Lock>(path);
    const std::vector<std::string> names = names_in(path);
    if (names.empty()) return;
    if (force) {
      clear();
      return;
    }
    // A run that was killed while it began may have left other files than its config.toml.
    const bool is_run = std::find(names.begin(), names.end(), "config.toml") != names.end() ||
                        std::all_of(names.begin(), names.end(), [](const std::string& name) {
                          return is_temporary(name) || is_run_file(name);
                        });
    if (resume && !is_run)
      fail(ErrorKind::usage, "run", path, " holds ", names.front(),
           " but no config.toml, so it is not the folder of a run that could be resumed");
    if (!resume)
      fail(ErrorKind::usage, "run", path,
           " is not empty; continue that run with --resume, overwrite it with --force, or name "
           "another folder");
    for (const std::string& name : names)
      if (is_temporary(name)) fs::remove(fs::path(path) / name);
  } catch (const fs::filesystem_error& error) {
    fail(ErrorKind::resource, "run", "cannot use the folder ", path, ": ", error.code().message());
  }
}

RunDirectory::~RunDirectory() = default;

std::string RunDirectory::file(const std::string& name) const {
  return (fs::path(path_) / name).string();
}

bool RunDirectory::is_finished() const { return fs::exists(file("summary.json")); }

void RunDirectory::clear() const { remove_run_files(path_); }

void RunDirectory::describe(const std::string& command, const Settings& settings,
                            const data::Dataset& dataset, const RunOptions& options,
                            const LeakGuard& guard) const {
  store::write_file(file("config.toml"), to_toml(command, settings));
  store::write_file(file("env.json"), environment_json(options) + "\n");
  const store::Provenance& provenance = dataset.provenance();
  json sources = json::array();
  for (const auto& [name, hash] : provenance.sources)
    sources.push_back({{"name", name}, {"sha256", hash}});
  json description = {{"path", dataset.path().empty() ? "" : fs::absolute(dataset.path()).string()},
                      {"hash", dataset.hash()},
                      {"graphs", dataset.size()},
                      {"nodes", dataset.graphs().node_count()},
                      {"edges", dataset.graphs().edge_count()},
                      {"targets", dataset.target_names()},
                      {"schema", dataset.schema().name},
                      {"schema_hash", dataset.schema().hash()},
                      {"sources", sources}};
  if (!guard.sources.empty())
    description["excluded"] = {{"sources", guard.sources},
                               {"molecules", guard.molecules},
                               {"sha256", guard.hash},
                               {"dropped", guard.dropped}};
  store::write_file(file("data.json"), description.dump(2) + "\n");
}

void RunDirectory::log(const std::string& line,
                       const std::function<void(const std::string&)>& listener) const {
  std::ofstream log_file(file("log.txt"), std::ios::app);
  log_file << now_utc() << ' ' << line << '\n';
  if (listener) listener(line);
}

std::string environment_json(const RunOptions& options) {
  const json environment = {{"program", "aufbau " AUFBAU_VERSION}, {"compiler", __VERSION__},
                            {"rdkit", molecules::rdkit_version()}, {"processor", processor_name()},
                            {"threads", thread_count()},           {"device", options.device},
                            {"precision", options.precision},      {"started", now_utc()}};
  return environment.dump(2);
}

}  // namespace aufbau::train
