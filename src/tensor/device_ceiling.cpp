#include "tensor/device_ceiling.h"

#include "tensor/backend.h"
#include "tensor/best_seconds.h"

namespace aufbau {

namespace {

constexpr int kTries = 3;

/// Waits until everything queued there is done: reading a value does.
void wait_for(Device device) { Tensor::zeros({1}, DType::f32, device).item(); }

/// One product, by the kernel of the contract that has it.
void queue(const GemmShape& s, Device device) {
  const auto matrix = [&](std::int64_t rows, std::int64_t columns) {
    return Tensor::empty({rows, columns}, DType::f32, device);
  };
  Backend& backend = backend_for(device);
  Tensor out = matrix(s.m, s.n), none;
  if (s.transpose_a) {  // the gradient of a weight [m, n]
    Tensor gradient = matrix(s.k, s.m);
    backend.linear_backward(gradient, {}, matrix(s.k, s.n), out, none, out, none);
  } else if (s.transpose_b) {
    backend.linear(matrix(s.m, s.k), matrix(s.n, s.k), {}, false, out);
  } else {  // the gradient of an input [m, n]
    Tensor gradient = matrix(s.m, s.k);
    backend.linear_backward(gradient, {}, out, matrix(s.k, s.n), out, none, none);
  }
}

}  // namespace

double device_gemm_seconds(std::span<const GemmShape> shapes, Device device) {
  return best_seconds(kTries, [&] {
    for (const GemmShape& shape : shapes)
      if (shape.m * shape.n * shape.k > 0) queue(shape, device);
    wait_for(device);
  });
}

double device_copy_bandwidth(Device device) {
  constexpr std::int64_t kNumbers = std::int64_t{1} << 26, kTimes = 8;
  const Tensor from = Tensor::zeros({kNumbers}, DType::f32, device);
  Tensor to = Tensor::zeros({kNumbers}, DType::f32, device);
  const double seconds = best_seconds(kTries, [&] {
    for (int i = 0; i < kTimes; ++i) backend_for(device).copy(from, to);
    wait_for(device);
  });
  return 2.0 * kTimes * kNumbers * sizeof(float) / seconds;
}

}  // namespace aufbau
