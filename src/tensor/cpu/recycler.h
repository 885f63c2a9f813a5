#pragma once
#include <cstddef>

namespace aufbau::cpu {

/// Memory for tensors: 64-byte aligned, not cleared. What is given back is kept for the next
/// request of about the same size, so that steady steps neither map pages nor fault them in. Never
/// keeps more than was once in use at the same time. Safe from any thread. Throws Error{resource}
/// when the system has no more.
void* allocate(std::size_t bytes);
void release(void* data, std::size_t bytes) noexcept;

/// What is kept, for tests and reports.
struct RecyclerState {
  std::size_t live = 0, kept = 0, peak = 0;  ///< bytes; peak of `live`
};
RecyclerState recycler_state();

}  // namespace aufbau::cpu
