#include "core/parallel.h"

#include <omp.h>
#include <sched.h>

namespace aufbau {

namespace {

thread_local int current_threads = 0;

int available_cores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1, omp_get_num_procs());
}

}  // namespace

int thread_count() {
  if (current_threads == 0) current_threads = available_cores();
  return current_threads;
}

ThreadScope::ThreadScope(int threads) : before_(current_threads) {
  current_threads = threads > 0 ? threads : available_cores();
}

ThreadScope::~ThreadScope() { current_threads = before_; }

namespace detail {
void limit_nested_threads() { omp_set_num_threads(1); }
}  // namespace detail

}  // namespace aufbau
