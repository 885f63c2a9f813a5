#include "tensor/ops.h"
#include "tensor/ops/check.h"

namespace aufbau::ops {

Tensor lstm_step(const Tensor& gates, const Tensor& cell) {
  check_values("lstm_step", "cell", cell, 2);
  check_like("lstm_step", "gates", gates, cell, {cell.rows(), 4 * cell.cols()});
  Tensor out = Tensor::empty({cell.rows(), 2 * cell.cols()}, cell.dtype(), cell.device());
  backend_for(cell.device()).lstm_step(gates, cell, out);
  out.record("lstm_step", {gates, cell},
             [gates, cell, output = out.detach()](const Tensor& gradient) {
               Tensor grad_gates = gradient_like(gates), grad_cell = gradient_like(cell);
               backend_for(cell.device())
                   .lstm_step_backward(gradient, gates, cell, output, grad_gates, grad_cell);
               add_if(gates, grad_gates), add_if(cell, grad_cell);
             });
  return out;
}

}  // namespace aufbau::ops
