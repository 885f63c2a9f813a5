#pragma once
#include <omp.h>

namespace aufbau::cpu {

/// Gives OpenMP regions outside parallel_blocks, such as those of oneDNN, so many threads while it
/// lives; for the calling thread.
class OpenMpThreads {
 public:
  explicit OpenMpThreads(int threads) : before_(omp_get_max_threads()) {
    omp_set_num_threads(threads);
  }
  ~OpenMpThreads() { omp_set_num_threads(before_); }
  OpenMpThreads(const OpenMpThreads&) = delete;
  OpenMpThreads& operator=(const OpenMpThreads&) = delete;

 private:
  int before_;
};

}  // namespace aufbau::cpu
