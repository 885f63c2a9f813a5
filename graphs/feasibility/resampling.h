#pragma once
#include <cstdint>

#include "core/random.h"

namespace aufbau::graphs {

/// What a draw under Purpose::resample is for; the epoch of its key. Never renumbered.
enum class Resampling : std::uint32_t { assignment = 0, bootstrap = 1, permutation = 2 };

inline RandomKey resampling_key(std::uint64_t seed, Resampling use, std::int64_t replicate,
                                std::int64_t set) {
  return {.seed = seed,
          .purpose = Purpose::resample,
          .epoch = static_cast<std::uint32_t>(use),
          .item = static_cast<std::uint32_t>(replicate),
          .stream = static_cast<std::uint32_t>(set)};
}

}  // namespace aufbau::graphs
