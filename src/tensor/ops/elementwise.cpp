#include "tensor/ops.h"
#include "tensor/ops/check.h"

namespace aufbau::ops {

Tensor add(const Tensor& a, const Tensor& b) {
  check_values("add", "a", a, -1);
  check_like("add", "b", b, a, a.shape());
  Tensor out = empty_like(a);
  backend_for(a.device()).add(a, b, out);
  out.record("add", {a, b}, [a, b](const Tensor& gradient) {
    if (a.requires_grad()) Tensor(a).add_grad(gradient);
    if (b.requires_grad()) Tensor(b).add_grad(gradient);
  });
  return out;
}

Tensor scale(const Tensor& x, double factor) {
  check_values("scale", "x", x, -1);
  Tensor out = empty_like(x);
  backend_for(x.device()).scale(x, factor, out);
  out.record("scale", {x}, [x, factor](const Tensor& gradient) {
    Tensor grad_x = empty_like(x);
    backend_for(x.device()).scale(gradient, factor, grad_x);
    Tensor(x).add_grad(grad_x);
  });
  return out;
}

Tensor relu(const Tensor& x) {
  check_values("relu", "x", x, -1);
  Tensor out = empty_like(x);
  backend_for(x.device()).relu(x, out);
  out.record("relu", {x}, [x, output = out.detach()](const Tensor& gradient) {
    Tensor grad_x = empty_like(x);
    backend_for(x.device()).relu_backward(gradient, output, grad_x);
    Tensor(x).add_grad(grad_x);
  });
  return out;
}

Tensor sigmoid(const Tensor& x) {
  check_values("sigmoid", "x", x, -1);
  Tensor out = empty_like(x);
  backend_for(x.device()).sigmoid(x, out);
  out.record("sigmoid", {x}, [x, output = out.detach()](const Tensor& gradient) {
    Tensor grad_x = empty_like(x);
    backend_for(x.device()).sigmoid_backward(gradient, output, grad_x);
    Tensor(x).add_grad(grad_x);
  });
  return out;
}

Tensor maximum(std::span<const Tensor> xs) {
  if (xs.empty()) fail(ErrorKind::internal, "maximum", "xs is empty");
  check_values("maximum", "xs[0]", xs[0], -1);
  for (std::size_t i = 1; i < xs.size(); ++i)
    check_like("maximum", "xs[" + std::to_string(i) + "]", xs[i], xs[0], xs[0].shape());
  Tensor out = empty_like(xs[0]);
  Tensor winner = Tensor::empty(out.shape(), DType::i32, out.device());
  backend_for(out.device()).maximum(xs, out, winner);
  const std::vector<Tensor> inputs(xs.begin(), xs.end());
  out.record("maximum", inputs, [inputs, winner](const Tensor& gradient) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (!inputs[i].requires_grad()) continue;
      Tensor grad_x = empty_like(inputs[i]);
      backend_for(gradient.device())
          .maximum_backward(gradient, winner, static_cast<int>(i), grad_x);
      Tensor(inputs[i]).add_grad(grad_x);
    }
  });
  return out;
}

Tensor concat_columns(std::span<const Tensor> xs) {
  if (xs.empty()) fail(ErrorKind::internal, "concat_columns", "xs is empty");
  std::int64_t width = 0;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const std::string argument = "xs[" + std::to_string(i) + "]";
    check_values("concat_columns", argument, xs[i], 2);
    check_like("concat_columns", argument, xs[i], xs[0], {xs[0].rows(), xs[i].cols()});
    width += xs[i].cols();
  }
  Tensor out = Tensor::empty({xs[0].rows(), width}, xs[0].dtype(), xs[0].device());
  std::int64_t column = 0;
  for (const Tensor& x : xs) {
    backend_for(x.device()).copy_columns(x, 0, out, column, x.cols());
    column += x.cols();
  }
  const std::vector<Tensor> inputs(xs.begin(), xs.end());
  out.record("concat_columns", inputs, [inputs](const Tensor& gradient) {
    std::int64_t from = 0;
    for (const Tensor& x : inputs) {
      if (x.requires_grad()) {
        Tensor grad_x = empty_like(x);
        backend_for(x.device()).copy_columns(gradient, from, grad_x, 0, x.cols());
        Tensor(x).add_grad(grad_x);
      }
      from += x.cols();
    }
  });
  return out;
}

Tensor columns(const Tensor& x, std::int64_t first, std::int64_t count) {
  check_values("columns", "x", x, 2);
  if (first < 0 || count < 0 || first + count > x.cols())
    fail(ErrorKind::internal, "columns", "x has shape ", to_string(x.shape()),
         ", expected columns ", first, " to ", first + count);
  Tensor out = Tensor::empty({x.rows(), count}, x.dtype(), x.device());
  backend_for(x.device()).copy_columns(x, first, out, 0, count);
  out.record("columns", {x}, [x, first, count](const Tensor& gradient) {
    Tensor grad_x = Tensor::zeros(x.shape(), x.dtype(), x.device());
    backend_for(x.device()).copy_columns(gradient, 0, grad_x, first, count);
    Tensor(x).add_grad(grad_x);
  });
  return out;
}

Tensor leaky_relu(const Tensor& x, double slope) {
  check_values("leaky_relu", "x", x, -1);
  if (!(slope > 0)) fail(ErrorKind::internal, "leaky_relu", "slope is ", slope, ", expected > 0");
  Tensor out = empty_like(x);
  backend_for(x.device()).leaky_relu(x, slope, out);
  // With a slope above 0 the output has the sign of the input.
  out.record("leaky_relu", {x}, [x, slope, output = out.detach()](const Tensor& gradient) {
    Tensor grad_x = empty_like(x);
    backend_for(x.device()).leaky_relu_backward(gradient, output, slope, grad_x);
    Tensor(x).add_grad(grad_x);
  });
  return out;
}

}  // namespace aufbau::ops
