#pragma once
#include <cstdint>
#include <vector>

#include "core/random.h"

namespace aufbau {

/// `count` different numbers below `bound`, ascending, every set of them as likely as any other
/// (the first steps of a Fisher-Yates shuffle: takes memory for `bound` numbers). count <= bound.
std::vector<std::int32_t> choose(std::int32_t bound, std::int32_t count, Random& random);

}  // namespace aufbau
