#include "core/random.h"

#include "core/philox.h"

namespace aufbau {

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  const PhiloxBlock bits =
      philox_block({{counter[0], counter[1], counter[2], counter[3]}}, key[0], key[1]);
  return {bits.lane[0], bits.lane[1], bits.lane[2], bits.lane[3]};
}

namespace {

std::array<std::uint32_t, 4> block_of(const RandomKey& key, std::uint64_t block) {
  const std::uint32_t purpose = static_cast<std::uint32_t>(key.purpose) | key.stream << 16;
  return philox4x32(
      {purpose, key.epoch, key.item, static_cast<std::uint32_t>(block)},
      {static_cast<std::uint32_t>(key.seed), static_cast<std::uint32_t>(key.seed >> 32)});
}

}  // namespace

Random::Random(const RandomKey& key, std::uint64_t first_draw) : key_(key), draw_(first_draw) {
  if (draw_ % 4 != 0) lanes_ = block_of(key_, draw_ / 4);
}

std::uint32_t Random::next() {
  const std::uint64_t lane = draw_ % 4;
  if (lane == 0) lanes_ = block_of(key_, draw_ / 4);
  ++draw_;
  return lanes_[lane];
}

double Random::uniform() { return next() * 0x1p-32; }

std::uint64_t Random::below(std::uint64_t bound) {
  // Rejection: the largest multiple of `bound` below 2^64 is the last value accepted.
  const std::uint64_t limit = ~std::uint64_t{0} - (~std::uint64_t{0} % bound + 1) % bound;
  for (;;) {
    const std::uint64_t high = next();
    const std::uint64_t value = high << 32 | next();
    if (value <= limit) return value % bound;
  }
}

}  // namespace aufbau
