#pragma once
#include <cstdint>

namespace aufbau::objectives {

/// Where the initial values of each head start among the draws of Purpose::head (a head takes two:
/// weight, bias; the discriminator one, the projection head four, a read-out what it learns), and
/// those of a helper encoder among the draws of Purpose::initialise.
constexpr std::uint32_t kAtomHeadIndex = 0, kBondHeadIndex = 2, kGraphHeadIndex = 4,
                        kDiscriminatorIndex = 6, kProjectionHeadIndex = 8;
constexpr std::uint32_t kPoolingIndex = 64;
constexpr std::uint32_t kContextEncoderIndex = 1u << 20;

}  // namespace aufbau::objectives
