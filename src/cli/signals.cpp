#include "cli/signals.h"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>
#include <utility>

namespace aufbau::cli {
namespace {

std::atomic<bool> requested{false};

// SIGUSR1 is a scheduler's warning before its SIGTERM, so it does not count towards the second
// signal.
void wait_for(const sigset_t& signals) {
  bool was_told = false;
  for (int signal = 0;;) {
    if (sigwait(&signals, &signal) != 0) continue;
    requested = true;
    if (signal != SIGUSR1 && std::exchange(was_told, true)) _exit(128 + signal);
  }
}

}  // namespace

/// No thread that computes is ever interrupted: within a matrix product of oneDNN the stack pointer
/// points to a buffer on the heap, and a handler that ran there would overwrite what lies before
/// it. The signals are blocked for all threads, and one thread waits for them.
void catch_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::thread(wait_for, signals).detach();
  // A closed pipe downstream is a write error with a message, not a silent end.
  std::signal(SIGPIPE, SIG_IGN);
}

bool stop_requested() { return requested.load(); }

}  // namespace aufbau::cli
