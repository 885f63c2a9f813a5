#include "tensor/ops.h"
#include "tensor/ops/check.h"

namespace aufbau::ops {

Tensor dropout(const Tensor& x, double p, const RandomKey& key) {
  check_values("dropout", "x", x, -1);
  if (!(p >= 0 && p < 1)) fail(ErrorKind::internal, "dropout", "p is ", p, ", expected 0 <= p < 1");
  if (p == 0) return x;
  Tensor out = empty_like(x);
  backend_for(x.device()).dropout(x, p, key, out);
  // The draws depend on the key alone, so the same mask is drawn again.
  out.record("dropout", {x}, [x, p, key](const Tensor& gradient) {
    Tensor grad_x = empty_like(x);
    backend_for(x.device()).dropout(gradient, p, key, grad_x);
    Tensor(x).add_grad(grad_x);
  });
  return out;
}

}  // namespace aufbau::ops
