#pragma once
#include <string>
#include <vector>

namespace aufbau::cli {

/// As what a command may be started by mpirun.
enum class Started {
  alone,   ///< not at all: every process would do the same work
  shards,  ///< when each process is told its part
  ranks    ///< as ranks that share the work
};

/// One command of the program. `run` throws aufbau::Error; what it prints to standard output is the
/// result.
struct Command {
  const char* name;
  const char* summary;
  void (*run)(const std::vector<std::string>& arguments);
  Started started = Started::alone;
};

/// The table of commands: what `aufbau --help` lists and what main() calls.
extern const std::vector<Command> kCommands;

void run_ingest(const std::vector<std::string>& arguments);
void run_inspect(const std::vector<std::string>& arguments);
void run_split(const std::vector<std::string>& arguments);
void run_pretrain(const std::vector<std::string>& arguments);
void run_finetune(const std::vector<std::string>& arguments);
void run_predict(const std::vector<std::string>& arguments);
void run_embed(const std::vector<std::string>& arguments);
void run_compare(const std::vector<std::string>& arguments);
void run_reproduce(const std::vector<std::string>& arguments);
void run_transfer(const std::vector<std::string>& arguments);
void run_select(const std::vector<std::string>& arguments);
void run_import(const std::vector<std::string>& arguments);
void run_export(const std::vector<std::string>& arguments);
void run_benchmark(const std::vector<std::string>& arguments);
void run_version(const std::vector<std::string>& arguments);

}  // namespace aufbau::cli
