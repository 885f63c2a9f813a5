#pragma once
#include <cstdint>

#include "tensor/tensor.h"

namespace aufbau::device {

/// Kernels and products that this process has started on a device so far; 0 for the CPU.
std::uint64_t launches(Device device);
/// How often this process has waited for a device so far, to read from it; 0 for the CPU.
std::uint64_t waits(Device device);

}  // namespace aufbau::device
