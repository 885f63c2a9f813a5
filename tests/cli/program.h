#pragma once
#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

namespace aufbau::testing {

/// How a run of the program ended.
struct ProgramResult {
  int exit_code = -1;  ///< 128 + signal when a signal ended it
  std::string out, err;
};

/// A run of build/aufbau (environment variable AUFBAU_PROGRAM), stopped and waited for at the end.
/// `environment`: "NAME=value" sets, "NAME" unsets. `launcher`: a command that starts the program,
/// `mpirun -n 2` say.
class Program {
 public:
  Program(const std::vector<std::string>& arguments, const std::string& input = "",
          const std::vector<std::string>& environment = {},
          const std::vector<std::string>& launcher = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  pid_t pid() const { return pid_; }
  void send(int signal) const;
  /// Waits until `condition` holds, or the program has ended, or 60 s have passed; true in the
  /// first case.
  bool wait_until(const std::function<bool()>& condition);
  bool has_ended_within(double seconds);
  ProgramResult wait();

 private:
  bool has_ended();
  std::string folder_;
  pid_t pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

/// Starts and waits.
ProgramResult run_program(const std::vector<std::string>& arguments, const std::string& input = "",
                          const std::vector<std::string>& environment = {});

}  // namespace aufbau::testing
