#include "tensor/device/device_backend.h"

namespace aufbau::device {

void DeviceBackend::row_dot(const Tensor& a, const Tensor& b, Tensor& out) {
  const Index rows = a.rows(), lanes = lanes_of(a.cols());
  Tensor partial = scratch({rows, lanes});
  run(DotPart{in(a), in(b), rows, a.cols(), lanes, this->out<double>(partial)}, rows, lanes);
  fold(in<double>(partial), rows, lanes, this->out(out));
}

void DeviceBackend::scale_rows(const Tensor& x, const Tensor& factor, Tensor& out) {
  run(ScaleRows{in(x), x.rows(), in(factor), x.cols(), this->out(out)}, x.rows(), x.cols());
}

void DeviceBackend::normalize_rows(const Tensor& x, double least, Tensor& out, Tensor& length) {
  const Index rows = x.rows(), D = x.cols(), lanes = lanes_of(D);
  Tensor partial = scratch({rows, lanes}), square = scratch({rows});
  run(DotPart{in(x), in(x), rows, D, lanes, this->out<double>(partial)}, rows, lanes);
  fold(in<double>(partial), rows, lanes, this->out<double>(square));
  run(RowLength{in<double>(square), static_cast<float>(least), this->out(length)}, 1, rows);
  run(DivideRows{in(x), in(length), D, this->out(out)}, rows, D);
}

void DeviceBackend::normalize_rows_backward(const Tensor& gradient, const Tensor& output,
                                            const Tensor& length, double least, Tensor& out) {
  const Index rows = gradient.rows(), D = gradient.cols(), lanes = lanes_of(D);
  Tensor partial = scratch({rows, lanes}), dots = scratch({rows});
  run(DotPart{in(output), in(gradient), rows, D, lanes, this->out<double>(partial)}, rows, lanes);
  fold(in<double>(partial), rows, lanes, this->out<double>(dots));
  run(NormalizeRowsBackward{in(gradient), in(output), in(length), in<double>(dots),
                            static_cast<float>(least), D, this->out(out)},
      rows, D);
}

void DeviceBackend::head_dot(const Tensor& x, const Tensor& weight, Tensor& out) {
  const Index H = weight.rows(), D = weight.cols(), rows = x.rows() * H, lanes = lanes_of(D);
  Tensor partial = scratch({rows, lanes});
  run(DotPart{in(x), in(weight), H, D, lanes, this->out<double>(partial)}, rows, lanes);
  fold(in<double>(partial), rows, lanes, this->out(out));
}

void DeviceBackend::head_dot_backward(const Tensor& gradient, const Tensor& x, const Tensor& weight,
                                      Tensor& grad_x, Tensor& grad_weight) {
  const Index H = weight.rows(), D = weight.cols();
  if (grad_x) run(ScaleRows{in(weight), H, in(gradient), D, out(grad_x)}, x.rows() * H, D);
  if (grad_weight) sum_columns(in(x), in(gradient), x.rows(), H * D, D, out(grad_weight));
}

}  // namespace aufbau::device
