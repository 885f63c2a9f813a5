#pragma once
#include <cstddef>

namespace aufbau::cpu {

/// Memory for tensors: 64-byte aligned, not cleared, on huge pages where large. What is given back
/// is kept for the next request of about the same size, so that steady steps neither map pages nor
/// fault them in. In use and kept together never exceed 5/4 of what was once in use. Safe from any
/// thread. Throws Error{resource} when the system has no more.
void* allocate(std::size_t bytes);
void release(void* data) noexcept;

/// What is kept, for tests and reports.
struct RecyclerState {
  std::size_t live = 0, kept = 0, peak = 0;  ///< bytes; peak of `live`
  std::size_t taken = 0;                     ///< bytes that ever came from the system
};
RecyclerState recycler_state();

}  // namespace aufbau::cpu
