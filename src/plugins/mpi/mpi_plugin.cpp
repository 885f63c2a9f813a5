#include "plugins/mpi/mpi_plugin.h"

#include <mpi.h>

#include <cstdlib>
#include <vector>

namespace {

/// MPI can be started once in a process, so this is what the process has of it.
struct Joined {
  MPI_Comm ranks = MPI_COMM_NULL;
  int rank = 0, count = 1;
  bool leaves_at_exit = false;
  std::vector<MPI_Request> receives, sends;
};

Joined& joined() {
  static Joined state;
  return state;
}

/// Null for success.
const char* problem(int code) {
  if (code == MPI_SUCCESS) return nullptr;
  static char text[MPI_MAX_ERROR_STRING];
  int length = 0;
  if (MPI_Error_string(code, text, &length) != MPI_SUCCESS) return "an error of MPI without a name";
  return text;
}

/// Waits for the others, so that mpirun sees no rank end before the first one has said what it has
/// to say.
void leave_at_exit() {
  if (joined().leaves_at_exit) MPI_Finalize();
}

const char* join(int* rank, int* count) {
  Joined& state = joined();
  if (state.ranks == MPI_COMM_NULL) {
    int was_started = 0;
    if (const char* what = problem(MPI_Initialized(&was_started))) return what;
    if (was_started == 0) {
      int level = 0;
      if (const char* what =
              problem(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &level)))
        return what;
      state.leaves_at_exit = true;
      std::atexit(leave_at_exit);
    }
    if (const char* what = problem(MPI_Comm_dup(MPI_COMM_WORLD, &state.ranks))) return what;
    MPI_Comm_set_errhandler(state.ranks, MPI_ERRORS_RETURN);
    MPI_Comm_rank(state.ranks, &state.rank);
    MPI_Comm_size(state.ranks, &state.count);
  }
  *rank = state.rank;
  *count = state.count;
  return nullptr;
}

const char* start(const void* send, std::size_t stride, std::size_t bytes, void* receive) {
  Joined& state = joined();
  const auto size = static_cast<int>(bytes);
  const auto ranks = static_cast<std::size_t>(state.count);
  state.receives.assign(ranks, MPI_REQUEST_NULL);
  state.sends.assign(ranks, MPI_REQUEST_NULL);
  constexpr int kTag = 0;  // messages of two ranks come in the order they were sent
  for (std::size_t r = 0; r < ranks; ++r)
    if (const char* what =
            problem(MPI_Irecv(static_cast<char*>(receive) + r * bytes, size, MPI_BYTE,
                              static_cast<int>(r), kTag, state.ranks, &state.receives[r])))
      return what;
  for (std::size_t r = 0; r < ranks; ++r)
    if (const char* what =
            problem(MPI_Isend(static_cast<const char*>(send) + r * stride, size, MPI_BYTE,
                              static_cast<int>(r), kTag, state.ranks, &state.sends[r])))
      return what;
  return nullptr;
}

const char* poll(bool* done, bool* silent) {
  Joined& state = joined();
  *done = true;
  for (std::size_t r = 0; r < state.receives.size(); ++r) {
    int has_come = 0, has_gone = 0;
    if (const char* what = problem(MPI_Test(&state.receives[r], &has_come, MPI_STATUS_IGNORE)))
      return what;
    if (const char* what = problem(MPI_Test(&state.sends[r], &has_gone, MPI_STATUS_IGNORE)))
      return what;
    silent[r] = has_come == 0;
    *done = *done && has_come != 0 && has_gone != 0;
  }
  return nullptr;
}

void give_up() { joined().leaves_at_exit = false; }

}  // namespace

__attribute__((visibility("default"))) const void* aufbau_mpi_plugin() {
  static const AufbauMpi table = {kAufbauMpiVersion, join, start, poll, give_up};
  return &table;
}
