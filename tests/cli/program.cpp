#include "cli/program.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "testing/files.h"

namespace aufbau::testing {
namespace {

std::string program_path() {
  const char* path = std::getenv("AUFBAU_PROGRAM");
  if (path == nullptr) throw std::runtime_error("AUFBAU_PROGRAM is not set");
  return path;
}

/// In the child: a file in place of a standard stream.
void redirect(const std::string& path, int flags, int stream) {
  const int file = open(path.c_str(), flags, 0600);
  if (file < 0 || dup2(file, stream) < 0) _exit(126);
}

}  // namespace

Program::Program(const std::vector<std::string>& arguments, const std::string& input,
                 const std::vector<std::string>& environment,
                 const std::vector<std::string>& launcher) {
  char name[] = "/tmp/aufbau-cli-XXXXXX";
  if (mkdtemp(name) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
  std::ofstream(folder_ + "/in", std::ios::binary) << input;
  std::vector<std::string> words = launcher;
  words.push_back(program_path());
  words.insert(words.end(), arguments.begin(), arguments.end());
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("fork failed");
  if (pid_ > 0) return;
  redirect(folder_ + "/in", O_RDONLY, STDIN_FILENO);
  redirect(folder_ + "/out", O_WRONLY | O_CREAT, STDOUT_FILENO);
  redirect(folder_ + "/err", O_WRONLY | O_CREAT, STDERR_FILENO);
  for (const auto& setting : environment) putenv(const_cast<char*>(setting.c_str()));
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  execvp(argv[0], argv.data());
  _exit(127);
}

Program::~Program() {
  if (!ended_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, &status_, 0);
  }
  std::filesystem::remove_all(folder_);
}

void Program::send(int signal) const { kill(pid_, signal); }

bool Program::has_ended() {
  if (!ended_) ended_ = waitpid(pid_, &status_, WNOHANG) == pid_;
  return ended_;
}

bool Program::wait_until(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (has_ended() || std::chrono::steady_clock::now() > end) return condition();
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

bool Program::has_ended_within(double seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (!has_ended() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  return ended_;
}

ProgramResult Program::wait() {
  if (!ended_) waitpid(pid_, &status_, 0);
  ended_ = true;
  ProgramResult result;
  result.exit_code = WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
  result.out = read_text(folder_ + "/out");
  result.err = read_text(folder_ + "/err");
  return result;
}

ProgramResult run_program(const std::vector<std::string>& arguments, const std::string& input,
                          const std::vector<std::string>& environment) {
  return Program(arguments, input, environment).wait();
}

}  // namespace aufbau::testing
