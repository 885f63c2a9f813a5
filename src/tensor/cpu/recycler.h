#pragma once
#include <cstddef>

namespace aufbau::cpu {

/// Memory for tensors: 64-byte aligned, not cleared, on huge pages where large. What is given back
/// is kept for later requests of any size, so that steady steps neither map pages nor fault them
/// in, also when batches differ in size; system calls aside, nothing is allocated by the way. Whole
/// segments go back to the system while more than 5/4 of what was once in use and 16 MiB are held.
/// Safe from any thread. Throws Error{resource} when the system has no more.
void* allocate(std::size_t bytes);
/// `bytes`: as asked for.
void release(void* data, std::size_t bytes) noexcept;

/// What is held, for tests and reports.
struct RecyclerState {
  std::size_t live = 0, kept = 0;  ///< bytes in use, and bytes waiting for a use
  std::size_t peak = 0;            ///< of `live`
  std::size_t segments = 0;        ///< requests to the system so far
};
RecyclerState recycler_state();

}  // namespace aufbau::cpu
