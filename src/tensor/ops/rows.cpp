#include "tensor/ops.h"
#include "tensor/ops/check.h"

namespace aufbau::ops {

Tensor normalize_rows(const Tensor& x) {
  constexpr double kLeast = 1e-12;
  check_values("normalize_rows", "x", x, 2);
  Tensor out = empty_like(x), length = Tensor::empty({x.rows()}, x.dtype(), x.device());
  backend_for(x.device()).normalize_rows(x, kLeast, out, length);
  // With y = x / |x|: dx = (g - y (y . g)) / |x|.
  out.record("normalize_rows", {x}, [x, length, output = out.detach()](const Tensor& gradient) {
    Tensor grad_x = empty_like(x);
    backend_for(x.device()).normalize_rows_backward(gradient, output, length, kLeast, grad_x);
    Tensor(x).add_grad(grad_x);
  });
  return out;
}

Tensor head_dot(const Tensor& x, const Tensor& weight) {
  check_values("head_dot", "x", x, 2);
  check_values("head_dot", "weight", weight, 2);
  check_like("head_dot", "x", x, weight, {x.rows(), weight.rows() * weight.cols()});
  Tensor out = Tensor::empty({x.rows(), weight.rows()}, x.dtype(), x.device());
  backend_for(x.device()).head_dot(x, weight, out);
  out.record("head_dot", {x, weight}, [x, weight](const Tensor& gradient) {
    Tensor grad_x = gradient_like(x), grad_weight = gradient_like(weight);
    backend_for(x.device()).head_dot_backward(gradient, x, weight, grad_x, grad_weight);
    add_if(x, grad_x), add_if(weight, grad_weight);
  });
  return out;
}

}  // namespace aufbau::ops
