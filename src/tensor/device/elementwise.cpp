#include <cmath>

#include "tensor/device/device_backend.h"

namespace aufbau::device {

void DeviceBackend::add(const Tensor& a, const Tensor& b, Tensor& out) {
  if (a.dtype() == DType::f64)
    run(Add<double>{in<double>(a), in<double>(b), this->out<double>(out)}, 1, a.size());
  else
    run(Add<float>{in(a), in(b), this->out(out)}, 1, a.size());
}

void DeviceBackend::multiply(const Tensor& a, const Tensor& b, Tensor& out) {
  run(Multiply{in(a), in(b), this->out(out)}, 1, a.size());
}

void DeviceBackend::scale(const Tensor& x, double factor, Tensor& out) {
  if (x.dtype() == DType::f64)
    run(Scale<double>{in<double>(x), factor, this->out<double>(out)}, 1, x.size());
  else
    run(Scale<float>{in(x), static_cast<float>(factor), this->out(out)}, 1, x.size());
}

void DeviceBackend::scale_by(const Tensor& x, const Tensor& factor, Tensor& out) {
  if (x.dtype() == DType::f64)
    run(ScaleBy<double>{in<double>(x), in<double>(factor), this->out<double>(out)}, 1, x.size());
  else
    run(ScaleBy<float>{in(x), in<double>(factor), this->out(out)}, 1, x.size());
}

void DeviceBackend::relu(const Tensor& x, Tensor& out) {
  run(Relu{in(x), this->out(out)}, 1, x.size());
}

void DeviceBackend::relu_backward(const Tensor& gradient, const Tensor& output, Tensor& out) {
  run(ReluBackward{in(gradient), in(output), this->out(out)}, 1, gradient.size());
}

void DeviceBackend::leaky_relu(const Tensor& x, double slope, Tensor& out) {
  run(LeakyRelu{in(x), static_cast<float>(slope), this->out(out)}, 1, x.size());
}

void DeviceBackend::leaky_relu_backward(const Tensor& gradient, const Tensor& output, double slope,
                                        Tensor& out) {
  run(LeakyReluBackward{in(gradient), in(output), static_cast<float>(slope), this->out(out)}, 1,
      gradient.size());
}

void DeviceBackend::sigmoid(const Tensor& x, Tensor& out) {
  run(Sigmoid{in(x), this->out(out)}, 1, x.size());
}

void DeviceBackend::sigmoid_backward(const Tensor& gradient, const Tensor& output, Tensor& out) {
  run(SigmoidBackward{in(gradient), in(output), this->out(out)}, 1, gradient.size());
}

void DeviceBackend::maximum(std::span<const Tensor> xs, Tensor& out, Tensor& winner) {
  for (std::size_t k = 0; k < xs.size(); ++k)
    run(Maximum{in(xs[k]), static_cast<Id>(k), this->out(out), this->out<Id>(winner)}, 1,
        out.size());
}

void DeviceBackend::maximum_backward(const Tensor& gradient, const Tensor& winner, int index,
                                     Tensor& out) {
  run(MaximumBackward{in(gradient), ids(winner), index, this->out(out)}, 1, gradient.size());
}

void DeviceBackend::copy_columns(const Tensor& from, std::int64_t from_column, Tensor& to,
                                 std::int64_t to_column, std::int64_t width) {
  run(CopyColumns{in(from) + from_column, from.cols(), out(to) + to_column, to.cols()}, from.rows(),
      width);
}

bool DeviceBackend::all_finite(const Tensor& x) {
  Tensor flag = Tensor::zeros({1}, DType::i32, device_);
  if (x.dtype() == DType::f64)
    run(FindNonFinite<double>{in<double>(x), out<Id>(flag)}, 1, x.size());
  else
    run(FindNonFinite<float>{in(x), out<Id>(flag)}, 1, x.size());
  return flag.item() == 0;
}

void DeviceBackend::dropout(const Tensor& x, double p, const RandomKey& key, Tensor& out) {
  Dropout body{};
  body.x = in(x);
  // Counter and key as in core/random.h.
  body.counter[0] = static_cast<std::uint32_t>(key.purpose) | key.stream << 16;
  body.counter[1] = key.epoch, body.counter[2] = key.item;
  body.key[0] = static_cast<std::uint32_t>(key.seed);
  body.key[1] = static_cast<std::uint32_t>(key.seed >> 32);
  // draw * 2^-32 < p, in integers
  body.limit = static_cast<std::uint32_t>(std::ceil(p * 0x1p32) - 1);
  body.factor = static_cast<float>(1 / (1 - p));
  body.size = x.size();
  body.out = this->out(out);
  run(body, 1, (x.size() + 3) / 4);
}

}  // namespace aufbau::device
