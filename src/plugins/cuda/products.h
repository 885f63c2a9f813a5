#pragma once
#include "plugins/cuda/context.h"
#include "tensor/device/table.h"

namespace aufbau::cuda {

/// The product on the context's stream, by the same algorithm for the same shape in every run on
/// one kind of device.
const char* multiply(Context& context, const AufbauProduct& product);

}  // namespace aufbau::cuda
