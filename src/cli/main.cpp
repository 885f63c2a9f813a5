#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>
#include <system_error>

#include "cli/command.h"
#include "cli/failure.h"

namespace aufbau::cli {

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::internal:
      return 1;
    case ErrorKind::usage:
      return 2;
    case ErrorKind::input:
      return 3;
    case ErrorKind::malformed:
      return 4;
    case ErrorKind::nothing_valid:
      return 5;
    case ErrorKind::mismatch:
      return 6;
    case ErrorKind::non_finite:
      return 7;
    case ErrorKind::resource:
      return 8;
    case ErrorKind::interrupted:
      return 75;
    case ErrorKind::other_rank:
      return 0;  // mpirun ends with the code of the one that failed
  }
  return 1;
}

namespace {

std::string overview() {
  std::string text =
      "aufbau COMMAND [options]\n"
      "Pretrains graph neural networks on molecules and says whether it helped.\n\nCommands:\n";
  for (const auto& command : kCommands) {
    std::string name = command.name;
    name.resize(12, ' ');
    text += "  " + name + command.summary + '\n';
  }
  return text + "\naufbau COMMAND --help says more about one.\n";
}

void require_may_be_started(const Command& command) {
  if (process_group().count == 1 || command.started != Started::alone) return;
  fail_usage(command.name,
             "mpirun started " + std::to_string(process_group().count) +
                 " processes of it, which would all do the same; start it without "
                 "mpirun (pretrain shares its work among ranks; ingest, predict and embed "
                 "take --shard)");
}

void run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) fail_usage("aufbau", "a command is missing; see aufbau --help");
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help") {
    std::cout << overview();
    return;
  }
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (name == "--version") return run_version(rest);
  std::vector<std::string> known;
  for (const auto& command : kCommands) {
    if (name == command.name) {
      require_may_be_started(command);
      return command.run(rest);
    }
    known.emplace_back(command.name);
  }
  fail_usage("aufbau", "unknown command '" + name + "'" + meant(name, known) + "see aufbau --help");
}

/// One line, whatever the text holds.
void report(const std::string& message) {
  std::string line = message;
  for (char& c : line)
    if (c == '\n' || c == '\r') c = ' ';
  std::fprintf(stderr, "aufbau: %s\n", line.c_str());
}

int guarded_main(const std::vector<std::string>& arguments) {
  try {
    run(arguments);
    std::cout.flush();
    if (!std::cout) throw Error(ErrorKind::resource, "[aufbau] standard output cannot be written");
    return 0;
  } catch (const Error& error) {
    // Mistakes of a command line are those of all ranks: the first one names them.
    const bool is_said_elsewhere = error.kind() == ErrorKind::usage && process_group().rank > 0;
    if (!is_said_elsewhere && error.kind() != ErrorKind::other_rank) report(error.what());
    return exit_code(error.kind());
  } catch (const std::bad_alloc&) {
    report("[aufbau] out of memory");
    return exit_code(ErrorKind::resource);
  } catch (const std::exception& error) {
    report(std::string("[aufbau] ") + error.what());
    return exit_code(ErrorKind::internal);
  }
}

/// OpenMP threads that wait by spinning take the cores from the thread that prepares batches and
/// from everybody else: on a busy machine training was 30 times slower. Threads that sleep at once
/// cost a step 5 % in waking up. A short spin, less than a millisecond, has neither. libgomp reads
/// it while it is loaded, before main, so the program starts itself once more with it, unless the
/// user has said what to do. Where that cannot be, it goes on as it is.
void wait_with_a_short_spin(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") != nullptr || std::getenv("GOMP_SPINCOUNT") != nullptr) return;
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (unknown || setenv("GOMP_SPINCOUNT", "5000", 1) != 0) return;
  execv(program.c_str(), argv);
}

}  // namespace
}  // namespace aufbau::cli

int main(int argc, char** argv) {
  aufbau::cli::wait_with_a_short_spin(argv);
  return aufbau::cli::guarded_main({argv + (argc > 0 ? 1 : 0), argv + argc});
}
