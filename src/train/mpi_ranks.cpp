#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <climits>
#include <thread>

#include "core/error.h"
#include "core/plugin.h"
#include "core/text.h"
#include "plugins/mpi/mpi_plugin.h"
#include "train/ranks.h"

namespace aufbau::train {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// mpirun kills what is left of a run about a second after it has asked to stop: so long may a rank
/// on another host be silent then before the first rank saves without it.
constexpr milliseconds kPatience{400};
constexpr milliseconds kBetweenLooks{50};  ///< at who is still there
/// A wait begins with short looks, for ranks that come at nearly the same time, and leaves the core
/// to the other ranks when it becomes long.
constexpr auto kEagerly = std::chrono::microseconds(500);
constexpr auto kNap = std::chrono::microseconds(100);

const AufbauMpi& plugin() {
  static const auto* const table = static_cast<const AufbauMpi*>(
      load_plugin("mpi", kAufbauMpiEntry,
                  "install Open MPI (apt install libopenmpi-dev openmpi-bin) and build again, or "
                  "start the program without mpirun"));
  return *table;
}

/// Where a process runs, so that another one can tell whether it is still there.
struct Process {
  std::string host;  ///< and its space of process numbers
  pid_t number = 0;
};

Process this_process() {
  char host[HOST_NAME_MAX + 1] = {}, numbers[64] = {};
  gethostname(host, HOST_NAME_MAX);
  if (readlink("/proc/self/ns/pid", numbers, sizeof numbers - 1) < 0) numbers[0] = '\0';
  return {std::string(host) + ' ' + numbers, getpid()};
}

class MpiRanks : public Ranks {
 public:
  MpiRanks(int rank, int count, std::function<bool()> should_stop)
      : Ranks(rank, count),
        should_stop_(std::move(should_stop)),
        is_silent_(new bool[static_cast<std::size_t>(count)]) {
    const Process own = this_process();
    for (const std::string& text : gather(std::to_string(own.number) + ' ' + own.host)) {
      const std::size_t space = text.find(' ');
      const auto number = parse_integer(text.substr(0, space));
      processes_.push_back({text.substr(space + 1), static_cast<pid_t>(number.value_or(0))});
    }
  }

  void exchange(const void* send, std::size_t stride, std::size_t bytes, void* receive) override {
    if (bytes > INT_MAX)
      fail(ErrorKind::resource, "mpi", "a message of ", bytes, " bytes is too long");
    require(plugin().start(send, stride, bytes, receive));
    const Clock::time_point start = Clock::now();
    Clock::time_point next_look = start + kBetweenLooks;
    for (bool done = false;;) {
      require(plugin().poll(&done, is_silent_.get()));
      if (done) return;
      const Clock::time_point now = Clock::now();
      if (now >= next_look) {
        look_for_the_silent(now);
        next_look = now + kBetweenLooks;
      }
      if (now - start < kEagerly) {
        std::this_thread::yield();
      } else {
        std::this_thread::sleep_for(kNap);
      }
    }
  }

 private:
  void require(const char* problem) {
    if (problem == nullptr) return;
    plugin().give_up();
    throw RankLost(ErrorKind::resource,
                   std::string("[mpi] the ranks cannot reach each other: ") + problem);
  }

  bool is_here(const Process& process) const {
    return process.host == processes_[static_cast<std::size_t>(rank())].host;
  }
  bool is_gone(const Process& process) const {
    return is_here(process) && kill(process.number, 0) != 0 && errno == ESRCH;
  }

  /// Throws RankLost when it is clear that somebody will never answer. The first rank saves the run
  /// and speaks of it, so the others wait as long as that one is there.
  void look_for_the_silent(Clock::time_point now) {
    if (processes_.empty()) return;  // we have not met yet
    if (!is_first() && !is_gone(processes_.front())) return;
    if (should_stop_ && should_stop_() && stop_asked_ == Clock::time_point()) stop_asked_ = now;
    const bool is_urgent =
        is_first() && stop_asked_ != Clock::time_point() && now - stop_asked_ > kPatience;
    std::vector<std::size_t> lost;
    for (std::size_t r = 0; r < processes_.size(); ++r)
      if (is_silent_[r] && (is_gone(processes_[r]) || (is_urgent && !is_here(processes_[r]))))
        lost.push_back(r);
    if (lost.empty()) return;
    plugin().give_up();
    std::string who;
    for (const std::size_t r : lost) who += (who.empty() ? "rank " : " and ") + std::to_string(r);
    const bool speaks = is_first() || (rank() == 1 && lost.size() == 1);
    throw RankLost(speaks ? ErrorKind::resource : ErrorKind::other_rank,
                   "[mpi] " + who + " of " + std::to_string(count()) +
                       " no longer answers: the process was killed or has crashed");
  }

  std::function<bool()> should_stop_;
  std::unique_ptr<bool[]> is_silent_;  ///< [count]
  std::vector<Process> processes_;     ///< by rank
  Clock::time_point stop_asked_;       ///< when this was first seen
};

}  // namespace

std::unique_ptr<Ranks> join_ranks(const std::function<bool()>& should_stop) {
  if (process_group().count == 1) return std::make_unique<OneRank>();
  if (plugin().version != kAufbauMpiVersion)
    fail(ErrorKind::resource, "mpi", "libaufbau_mpi.so has interface version ", plugin().version,
         ", expected ", kAufbauMpiVersion, "; install the one that came with this program");
  int rank = 0, count = 1;
  if (const char* problem = plugin().join(&rank, &count))
    fail(ErrorKind::resource, "mpi", "MPI cannot be started: ", problem);
  return std::make_unique<MpiRanks>(rank, count, should_stop);
}

}  // namespace aufbau::train
