// Chooses the inner loops for the machine the program runs on.
#include <cstdlib>
#include <string_view>

#include "core/error.h"
#include "tensor/cpu/loops.h"

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
  bool is_here;
  const Loops<float>* of_float;
  const Loops<double>* of_double;
};

/// Best first.
const Level& level() {
  static const Level chosen = [] {
    const Level levels[] = {
#if defined(__x86_64__)
      {"avx512",
       __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"),
       &avx512::float_loops, &avx512::double_loops},
      {"avx2", __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"), &avx2::float_loops,
       &avx2::double_loops},
#endif
      {"baseline", true, &baseline::float_loops, &baseline::double_loops},
    };
    const char* wanted = std::getenv("AUFBAU_INSTRUCTION_SET");
    for (const Level& candidate : levels)
      if (candidate.is_here && (!wanted || std::string_view(wanted) == candidate.name))
        return candidate;
    fail(ErrorKind::usage, "AUFBAU_INSTRUCTION_SET", "'", wanted,
         "' is not known or not on this machine; known: avx512, avx2, baseline");
  }();
  return chosen;
}

}  // namespace

template <>
const Loops<float>& loops<float>() {
  return *level().of_float;
}
template <>
const Loops<double>& loops<double>() {
  return *level().of_double;
}

const char* instruction_set() { return level().name; }

}  // namespace aufbau::cpu
