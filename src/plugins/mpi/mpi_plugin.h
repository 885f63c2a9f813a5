#pragma once
#include <cstddef>

/// What `libaufbau_mpi.so` gives to the program that opens it: messages among the processes of one
/// mpirun. All of them make the same calls in the same order, from one thread. A function returns
/// null, or what went wrong, as a text that is valid until the next call.
extern "C" {

struct AufbauMpi {
  int version;  ///< kAufbauMpiVersion of the plugin

  /// Joins the others: once per process. MPI is left when the process ends.
  const char* (*join)(int* rank, int* count);

  /// Begins to send `bytes` (at most 2^31 - 1) from send + r * stride to every rank r, this one
  /// included, and to receive what rank r sends at receive + r * bytes. Neither may be touched
  /// before poll() says that it is done.
  const char* (*start)(const void* send, std::size_t stride, std::size_t bytes, void* receive);

  /// Is it done? `silent[r]`: nothing has come from rank r yet.
  const char* (*poll)(bool* done, bool* silent);

  /// Some rank will never answer: the process will end without waiting for the others.
  void (*give_up)();
};

inline constexpr int kAufbauMpiVersion = 1;
inline constexpr const char* kAufbauMpiEntry = "aufbau_mpi_plugin";
const void* aufbau_mpi_plugin();  ///< an AufbauMpi
}
