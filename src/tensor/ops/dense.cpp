#include "tensor/ops.h"
#include "tensor/ops/check.h"

namespace aufbau::ops {

Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias, Activation activation) {
  check_values("linear", "x", x, 2);
  check_values("linear", "weight", weight, 2);
  check_like("linear", "weight", weight, x, {weight.rows(), x.cols()});
  if (bias) check_like("linear", "bias", bias, x, {weight.rows()});
  const bool has_relu = activation == Activation::relu;
  Tensor out = Tensor::empty({x.rows(), weight.rows()}, x.dtype(), x.device());
  backend_for(x.device()).linear(x, weight, bias, has_relu, out);
  const Tensor output = has_relu ? out.detach() : Tensor();
  // dx = g W, dW = g^T x, db = column sums of g, with g masked by the ReLU.
  out.record("linear", {x, weight, bias}, [x, weight, bias, output](const Tensor& gradient) {
    const bool is_ours = !output || gradient.is_sole_owner();  // masked in place
    Tensor slope = is_ours ? gradient : gradient.clone();
    Tensor grad_x = gradient_like(x), grad_weight = gradient_like(weight);
    Tensor grad_bias = gradient_like(bias);
    backend_for(x.device())
        .linear_backward(slope, output, x, weight, grad_x, grad_weight, grad_bias);
    add_if(x, grad_x), add_if(weight, grad_weight), add_if(bias, grad_bias);
  });
  return out;
}

Tensor row_dot(const Tensor& a, const Tensor& b) {
  check_values("row_dot", "a", a, 2);
  check_like("row_dot", "b", b, a, a.shape());
  Tensor out = Tensor::empty({a.rows()}, a.dtype(), a.device());
  backend_for(a.device()).row_dot(a, b, out);
  out.record("row_dot", {a, b}, [a, b](const Tensor& gradient) {
    Backend& backend = backend_for(a.device());
    Tensor grad_a = gradient_like(a), grad_b = gradient_like(b);
    if (grad_a) backend.scale_rows(b, gradient, grad_a);
    if (grad_b) backend.scale_rows(a, gradient, grad_b);
    add_if(a, grad_a), add_if(b, grad_b);
  });
  return out;
}

}  // namespace aufbau::ops
