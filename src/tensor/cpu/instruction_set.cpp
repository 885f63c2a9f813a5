#include "tensor/cpu/instruction_set.h"

#include <atomic>

#include "core/error.h"
#include "tensor/cpu/amx.h"

namespace aufbau::cpu {

#define AUFBAU_DECLARE_LEVEL(level)        \
  namespace level {                        \
  extern const Loops<float> float_loops;   \
  extern const Loops<double> double_loops; \
  }
AUFBAU_DECLARE_LEVEL(baseline)
#if defined(__x86_64__)
AUFBAU_DECLARE_LEVEL(avx2)
AUFBAU_DECLARE_LEVEL(avx512)
#endif
#undef AUFBAU_DECLARE_LEVEL

namespace {

struct Level {
  const char* name;
  const Loops<float>* of_float;
  const Loops<double>* of_double;
  bool is_here;
  bool has_tiles = false;
};

#if defined(__x86_64__)
bool has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}
#endif

/// Best first.
const std::vector<Level>& levels() {
  static const std::vector<Level> all = {
#if defined(__x86_64__)
    {"amx", &avx512::float_loops, &avx512::double_loops, has_avx512() && amx::is_available(), true},
    {"avx512", &avx512::float_loops, &avx512::double_loops, has_avx512()},
    {"avx2", &avx2::float_loops, &avx2::double_loops,
     __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")},
#endif
    {"baseline", &baseline::float_loops, &baseline::double_loops, true},
  };
  return all;
}

std::atomic<const Level*>& level() {
  static std::atomic<const Level*> chosen = [] {
    const Level* best = levels().data();
    while (!best->is_here) ++best;
    return best;
  }();
  return chosen;
}

}  // namespace

template <>
const Loops<float>& loops<float>() {
  return *level().load(std::memory_order_relaxed)->of_float;
}
template <>
const Loops<double>& loops<double>() {
  return *level().load(std::memory_order_relaxed)->of_double;
}

bool has_tiles() { return level().load(std::memory_order_relaxed)->has_tiles; }

std::vector<std::string> instruction_sets() {
  std::vector<std::string> names;
  for (const Level& candidate : levels())
    if (candidate.is_here) names.push_back(candidate.name);
  return names;
}

std::string instruction_set() { return level().load()->name; }

void use_instruction_set(std::string_view name) {
  for (const Level& candidate : levels()) {
    if (candidate.is_here && candidate.name == name) {
      level() = &candidate;
      return;
    }
  }
  fail(ErrorKind::resource, "instruction set", "this machine does not have '", name, "'");
}

}  // namespace aufbau::cpu
