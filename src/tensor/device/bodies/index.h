#pragma once
// What all bodies use. A body is a struct of pointers and sizes whose operator()(row, column) does
// the work of one index of a space of rows times columns; every index writes what no other index
// touches and reads nothing that another one writes, so their order does not matter. Neighbouring
// columns are neighbouring threads of a device.
#include <cmath>
#include <cstdint>

#include "core/body.h"
#include "core/philox.h"

namespace aufbau::device {

using Index = std::int64_t;
using Id = std::int32_t;

// A NaN passes through, so that it is seen where it ends up.
AUFBAU_BODY inline float positive(float value) { return value <= 0 ? 0.0f : value; }

AUFBAU_BODY inline Index smaller(Index a, Index b) { return a < b ? a : b; }

/// The one thing that several indices may do to one place: they all store the same.
AUFBAU_BODY inline void raise(Id* flag) {
#ifdef __CUDA_ARCH__
  *static_cast<volatile Id*>(flag) = 1;
#else
  __atomic_store_n(flag, 1, __ATOMIC_RELAXED);
#endif
}

}  // namespace aufbau::device
