#pragma once
#include <cstdint>
#include <exception>
#include <mutex>

namespace aufbau {

/// Threads that work started from the calling thread may use; at least 1.
int thread_count();

/// Sets `thread_count()` of the calling thread while it lives. 0: all cores available to the
/// process.
class ThreadScope {
 public:
  explicit ThreadScope(int threads);
  ~ThreadScope();
  ThreadScope(const ThreadScope&) = delete;
  ThreadScope& operator=(const ThreadScope&) = delete;

 private:
  int before_;
};

/// Calls `body(begin, end)` for the fixed blocks [0, block), [block, 2 block), ... of [0, count).
/// The cut depends on `count` and `block` only, never on the number of threads: that is what keeps
/// the bits equal. Carries the first exception out of the loop. Libraries called from `body` see
/// one thread (nested regions run serially).
template <class Body>
void parallel_blocks(std::int64_t count, std::int64_t block, const Body& body);

}  // namespace aufbau

#include "core/parallel_impl.h"
