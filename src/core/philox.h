#pragma once
#include <cstdint>

#include "core/body.h"

namespace aufbau {

/// 128 bits of Philox4x32-10.
struct PhiloxBlock {
  std::uint32_t lane[4];
};

/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011): 128 random bits from a 128-bit counter and a
/// 64-bit key.
AUFBAU_BODY inline PhiloxBlock philox_block(PhiloxBlock counter, std::uint32_t key0,
                                            std::uint32_t key1) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t first = std::uint64_t{0xD2511F53u} * counter.lane[0];
    const std::uint64_t second = std::uint64_t{0xCD9E8D57u} * counter.lane[2];
    counter = {{static_cast<std::uint32_t>(second >> 32) ^ counter.lane[1] ^ key0,
                static_cast<std::uint32_t>(second),
                static_cast<std::uint32_t>(first >> 32) ^ counter.lane[3] ^ key1,
                static_cast<std::uint32_t>(first)}};
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return counter;
}

}  // namespace aufbau
