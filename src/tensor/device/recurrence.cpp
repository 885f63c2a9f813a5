#include "tensor/device/device_backend.h"

namespace aufbau::device {

void DeviceBackend::lstm_step(const Tensor& gates, const Tensor& cell, Tensor& out) {
  run(LstmStep{in(gates), in(cell), cell.cols(), this->out(out)}, cell.rows(), cell.cols());
}

void DeviceBackend::lstm_step_backward(const Tensor& gradient, const Tensor& gates,
                                       const Tensor& cell, const Tensor& output, Tensor& grad_gates,
                                       Tensor& grad_cell) {
  run(LstmStepBackward{in(gradient), in(gates), in(cell), in(output), cell.cols(), out(grad_gates),
                       out(grad_cell)},
      cell.rows(), cell.cols());
}

}  // namespace aufbau::device
