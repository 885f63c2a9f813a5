#include "tensor/ops.h"
#include "tensor/ops/check.h"

namespace aufbau::ops {

Tensor batch_norm(const Tensor& x, BatchNormState& state, const Tensor& multiplicity, bool training,
                  Activation activation) {
  check_values("batch_norm", "x", x, 2);
  const Shape width = {x.cols()};
  check_like("batch_norm", "weight", state.weight, x, width);
  check_like("batch_norm", "bias", state.bias, x, width);
  check_like("batch_norm", "running_mean", state.running_mean, x, width);
  check_like("batch_norm", "running_var", state.running_var, x, width);
  // Multiplicities are small whole numbers, exact in either value type.
  Tensor counts = multiplicity;
  if (counts && counts.dtype() != x.dtype() && counts.dtype() != DType::i32)
    counts = counts.to(Device{}).to(x.dtype()).to(x.device());
  if (counts) check_like("batch_norm", "multiplicity", counts, x, {x.rows()});

  Backend& backend = backend_for(x.device());
  const bool has_relu = activation == Activation::relu;
  const Tensor weight = state.weight, bias = state.bias;
  Tensor mean = state.running_mean.detach();
  Tensor inverse_deviation = Tensor::empty(width, x.dtype(), x.device());
  if (training) {
    mean = Tensor::empty(width, DType::f64, x.device());
    backend.batch_moments(x, counts, state.eps, state.momentum, mean, inverse_deviation,
                          state.running_mean, state.running_var);
  } else {
    backend.inverse_deviation(state.running_var, state.eps, inverse_deviation);
  }
  Tensor out = empty_like(x);
  backend.normalize(x, mean, inverse_deviation, weight, bias, has_relu, out);
  out.record("batch_norm", {x, weight, bias}, [=](const Tensor& gradient) {
    Tensor grad_x = gradient_like(x), grad_weight = gradient_like(weight);
    Tensor grad_bias = gradient_like(bias);
    if (grad_x && gradient.is_sole_owner()) grad_x = gradient;  // written over in place
    backend_for(x.device())
        .normalize_backward(gradient, x, counts, mean, inverse_deviation, weight, bias, has_relu,
                            training, grad_x, grad_weight, grad_bias);
    add_if(x, grad_x), add_if(weight, grad_weight), add_if(bias, grad_bias);
  });
  return out;
}

LinearMap fold_batch_norm(const Tensor& weight, const Tensor& bias, const BatchNormState& state) {
  check_values("fold_batch_norm", "weight", weight, 2);
  const Shape width = {weight.rows()};
  check_like("fold_batch_norm", "bias", bias, weight, width);
  for (const Tensor& own : {state.weight, state.bias, state.running_mean, state.running_var})
    check_like("fold_batch_norm", "state", own, weight, width);
  const NoGrad no_grad;
  Backend& backend = backend_for(weight.device());
  Tensor inverse_deviation = empty_like(state.running_var);
  backend.inverse_deviation(state.running_var, state.eps, inverse_deviation);
  Tensor slope = empty_like(state.weight);
  backend.multiply(state.weight, inverse_deviation, slope);
  LinearMap map{empty_like(weight), Tensor::empty({1, bias.size()}, bias.dtype(), bias.device())};
  backend.scale_rows(weight, slope, map.weight);
  backend.normalize(bias.reshape({1, bias.size()}), state.running_mean, inverse_deviation,
                    state.weight, state.bias, false, map.bias);
  map.bias = map.bias.reshape(width);
  return map;
}

}  // namespace aufbau::ops
