#pragma once
#include "tensor/ceiling.h"

namespace aufbau {

/// gemm_seconds and copy_bandwidth where the device is not the CPU.
double device_gemm_seconds(std::span<const GemmShape> shapes, Device device);
double device_copy_bandwidth(Device device);

}  // namespace aufbau
