#include "nn/layers/bias.h"

#include "tensor/ops.h"

namespace aufbau::nn {

Tensor add_bias(const Tensor& x, const Tensor& bias) {
  // A column of ones times a row spreads it over all rows.
  const Tensor ones = Tensor::full({x.rows(), 1}, 1, x.dtype(), x.device());
  return ops::add(x, ops::linear(ones, bias.reshape({bias.size(), 1}), {}));
}

}  // namespace aufbau::nn
