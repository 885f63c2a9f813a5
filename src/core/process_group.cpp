#include <cstdlib>

#include "aufbau.h"
#include "core/text.h"

namespace aufbau {

namespace {

/// A count or rank that mpirun has put there; `otherwise` without one.
int number_in(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  const auto value = text == nullptr ? std::nullopt : parse_integer(text);
  constexpr int kMost = 1 << 20;
  return value && *value >= 0 && *value <= kMost ? static_cast<int>(*value) : otherwise;
}

}  // namespace

ProcessGroup process_group() {
  ProcessGroup group;
  group.rank = number_in("OMPI_COMM_WORLD_RANK", 0);
  group.count = number_in("OMPI_COMM_WORLD_SIZE", 1);
  group.on_this_host = number_in("OMPI_COMM_WORLD_LOCAL_SIZE", 1);
  const bool makes_sense = group.rank < group.count && group.on_this_host >= 1;
  return makes_sense ? group : ProcessGroup{};
}

}  // namespace aufbau
