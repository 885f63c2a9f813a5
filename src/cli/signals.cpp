#include "cli/signals.h"

#include <unistd.h>

#include <atomic>
#include <csignal>

namespace aufbau::cli {
namespace {

std::atomic<bool> requested{false}, told_once{false};
static_assert(std::atomic<bool>::is_always_lock_free, "used in a signal handler");

// SIGUSR1 is a scheduler's warning before its SIGTERM, so it does not count towards the second
// signal.
void on_signal(int signal) {
  requested = true;
  if (signal != SIGUSR1 && told_once.exchange(true)) _exit(128 + signal);
}

}  // namespace

void catch_signals() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) sigaction(signal, &action, nullptr);
  // A closed pipe downstream is a write error with a message, not a silent end.
  std::signal(SIGPIPE, SIG_IGN);
}

bool stop_requested() { return requested.load(); }

}  // namespace aufbau::cli
