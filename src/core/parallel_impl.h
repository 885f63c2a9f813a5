#pragma once
// The body of parallel_blocks; included by core/parallel.h only.
#include <algorithm>

namespace aufbau {

namespace detail {
/// Tells libraries inside a team member that they have one thread, also when the team itself has
/// one.
void limit_nested_threads();
}  // namespace detail

template <class Body>
void parallel_blocks(std::int64_t count, std::int64_t block, const Body& body) {
  const std::int64_t blocks = (count + block - 1) / block;
  if (blocks <= 0) return;
  std::exception_ptr first;
  std::mutex guard;
  const int threads = static_cast<int>(std::min<std::int64_t>(thread_count(), blocks));
#pragma omp parallel num_threads(threads)
  {
    detail::limit_nested_threads();
#pragma omp for schedule(dynamic, 1)
    for (std::int64_t b = 0; b < blocks; ++b) {
      try {
        body(b * block, std::min(count, (b + 1) * block));
      } catch (...) {
        const std::lock_guard lock(guard);
        if (!first) first = std::current_exception();
      }
    }
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace aufbau
