#pragma once
#include "tensor/tensor.h"

namespace aufbau::nn {

/// x + bias in every row.  x: [N,D], bias: [D]
Tensor add_bias(const Tensor& x, const Tensor& bias);

}  // namespace aufbau::nn
