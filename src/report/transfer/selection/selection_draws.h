#pragma once
#include <charconv>
#include <cstdint>
#include <string>

#include "core/random.h"

namespace aufbau::report {

/// What a draw under Purpose::selection is for; the epoch of its key. Never renumbered.
enum class SelectionDraw : std::uint32_t { part = 0, chance = 1, turns = 2 };

/// `hash`: of the data drawn from (Dataset::hash()), so that a draw hangs on them and not on the
/// order in which sources are named.
inline RandomKey selection_key(std::uint64_t seed, SelectionDraw use, const std::string& hash) {
  std::uint32_t item = 0;
  std::from_chars(hash.data(), hash.data() + 8, item, 16);
  return {.seed = seed,
          .purpose = Purpose::selection,
          .epoch = static_cast<std::uint32_t>(use),
          .item = item};
}

}  // namespace aufbau::report
