#include "tensor/device/device_backend.h"
#include "tensor/device/precision.h"

namespace aufbau::device {

void DeviceBackend::product(const AufbauProduct& wanted) const {
  const Index m = wanted.m, n = wanted.n;
  if (m == 0 || n == 0) return;
  if (wanted.k > 0) {
    AufbauProduct asked = wanted;
    switch (product_precision()) {
      case Precision::float32:
        asked.precision = kAufbauFloat32;
        break;
      case Precision::tf32:
        asked.precision = kAufbauTf32;
        break;
      case Precision::bf16:
        asked.precision = kAufbauBf16;
        break;
    }
    ++launches_;
    return require(plugin_.multiply(device_.index, &asked));
  }
  run(Fill<float>{0, wanted.c}, 1, m * n);
  if (wanted.bias) run(BiasRelu{wanted.c, wanted.bias, false, n}, m, n);
}

void DeviceBackend::linear(const Tensor& x, const Tensor& weight, const Tensor& bias, bool relu,
                           Tensor& out) {
  AufbauProduct task{};
  task.a = in(x), task.b = in(weight), task.bias = in(bias), task.c = this->out(out);
  task.m = x.rows(), task.n = weight.rows(), task.k = weight.cols();
  task.b_transposed = true;
  product(task);
  // Libraries of products may make a 0 of a NaN in their ReLU; ours lets it through.
  if (relu) run(BiasRelu{task.c, nullptr, true, task.n}, task.m, task.n);
}

void DeviceBackend::linear_backward(Tensor& gradient, const Tensor& output, const Tensor& x,
                                    const Tensor& weight, Tensor& grad_x, Tensor& grad_weight,
                                    Tensor& grad_bias) {
  const Index rows = x.rows(), width = weight.rows(), from = weight.cols();
  if (output) run(ReluBackward{in(gradient), in(output), out(gradient)}, 1, gradient.size());
  if (grad_bias) sum_columns(in(gradient), nullptr, rows, width, width, out(grad_bias));
  if (grad_x) {
    AufbauProduct task{};
    task.a = in(gradient), task.b = in(weight), task.c = out(grad_x);
    task.m = rows, task.n = from, task.k = width;
    product(task);
  }
  if (grad_weight) {
    AufbauProduct task{};
    task.a = in(gradient), task.b = in(x), task.c = out(grad_weight);
    task.m = width, task.n = from, task.k = rows;
    task.a_transposed = true;
    product(task);
  }
}

void DeviceBackend::sum_columns(const float* x, const float* factor, Index rows, Index D,
                                Index width, float* out) const {
  const Index block = rows_per_block(rows), blocks = blocks_of(rows, block);
  Tensor partial = scratch({blocks, D});
  run(ColumnPart{x, factor, rows, block, D, width, this->out<double>(partial)}, blocks, D);
  run(ColumnJoin<float>{in<double>(partial), blocks, D, out}, 1, D);
}

}  // namespace aufbau::device
