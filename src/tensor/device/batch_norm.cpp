#include "tensor/device/device_backend.h"

namespace aufbau::device {

void DeviceBackend::batch_moments(const Tensor& x, const Tensor& multiplicity, double eps,
                                  double momentum, Tensor& mean, Tensor& inverse_deviation,
                                  Tensor& running_mean, Tensor& running_var) {
  const Index rows = x.rows(), D = x.cols();
  const Index block = rows_per_block(rows), blocks = blocks_of(rows, block);
  Tensor means = scratch({blocks, D}), squares = scratch({blocks, D}), counts = scratch({blocks});
  run(MomentsPart{in(x), in(multiplicity), rows, block, D, out<double>(means), out<double>(squares),
                  out<double>(counts)},
      blocks, D);
  run(MomentsJoin{in<double>(means), in<double>(squares), in<double>(counts), blocks, D, eps,
                  momentum, out<double>(mean), out(inverse_deviation), out(running_mean),
                  out(running_var)},
      1, D);
}

void DeviceBackend::inverse_deviation(const Tensor& variance, double eps, Tensor& out) {
  run(InverseDeviation{in(variance), eps, this->out(out)}, 1, variance.size());
}

Lines DeviceBackend::lines(const Tensor& mean, const Tensor& inverse_deviation,
                           const Tensor& weight, const Tensor& bias) const {
  const bool is_double = mean.dtype() == DType::f64;
  return {is_double ? in<double>(mean) : nullptr, is_double ? nullptr : in(mean),
          in(inverse_deviation), in(weight), in(bias)};
}

void DeviceBackend::normalize(const Tensor& x, const Tensor& mean, const Tensor& inverse_deviation,
                              const Tensor& weight, const Tensor& bias, bool relu, Tensor& out) {
  run(Normalize{in(x), lines(mean, inverse_deviation, weight, bias), relu, x.cols(),
                this->out(out)},
      x.rows(), x.cols());
}

void DeviceBackend::normalize_backward(const Tensor& gradient, const Tensor& x,
                                       const Tensor& multiplicity, const Tensor& mean,
                                       const Tensor& inverse_deviation, const Tensor& weight,
                                       const Tensor& bias, bool relu, bool through_moments,
                                       Tensor& grad_x, Tensor& grad_weight, Tensor& grad_bias) {
  const Index rows = x.rows(), D = x.cols();
  const Index block = rows_per_block(rows), blocks = blocks_of(rows, block);
  const Lines all = lines(mean, inverse_deviation, weight, bias);
  Tensor partial = scratch({blocks, 2 * D}), sums = scratch({2 * D});
  run(NormalizeSums{in(gradient), in(x), all, relu, rows, block, D, out<double>(partial)}, blocks,
      D);
  run(ColumnJoin<double>{in<double>(partial), blocks, 2 * D, out<double>(sums)}, 1, 2 * D);
  Tensor count = multiplicity ? scratch({1}) : Tensor();
  if (count) dot(in(multiplicity), nullptr, rows, out<double>(count));
  Tensor constant = scratch({D}, DType::f32), linear = scratch({D}, DType::f32);
  run(NormalizeCoefficients{in<double>(sums), in<double>(count), static_cast<double>(rows), all,
                            through_moments, D, out(grad_weight), out(grad_bias), out(constant),
                            out(linear)},
      1, D);
  if (grad_x)
    run(NormalizeBackward{in(gradient), in(x), in(multiplicity), all, relu, in(constant),
                          in(linear), D, out(grad_x)},
        rows, D);
}

}  // namespace aufbau::device
