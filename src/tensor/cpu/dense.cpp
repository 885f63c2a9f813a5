#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"
#include "tensor/cpu/dnnl.h"

namespace aufbau::cpu {

namespace {

/// Rows of one product: long enough that packing the weight is a small part, a function of the row
/// count only.
std::int64_t product_rows(std::int64_t) { return 512; }
/// Rows of one partial sum of a weight gradient: at most eight of them.
std::int64_t partial_rows(std::int64_t rows) { return std::max<std::int64_t>(512, (rows + 7) / 8); }

/// out[begin:end] = x weight^T
void multiply_transposed(const float* x, const float* weight, float* out, std::int64_t rows,
                         std::int64_t in, std::int64_t width) {
  gemm(false, true, rows, width, in, x, in, weight, in, 0.0f, out, width);
}

/// grad_x[begin:end] = gradient weight
void multiply_plain(const float* gradient, const float* weight, float* grad_x, std::int64_t rows,
                    std::int64_t in, std::int64_t width) {
  gemm(false, false, rows, in, width, gradient, width, weight, in, 0.0f, grad_x, in);
}
void multiply_plain(const double* gradient, const double* weight, double* grad_x, std::int64_t rows,
                    std::int64_t in, std::int64_t width) {
  std::fill(grad_x, grad_x + rows * in, 0.0);
  loops<double>().multiply_add(gradient, width, 1, weight, grad_x, rows, width, in);
}

/// partial = gradient^T x over some rows
void multiply_rows(const float* gradient, const float* x, float* partial, std::int64_t rows,
                   std::int64_t in, std::int64_t width) {
  gemm(true, false, width, in, rows, gradient, width, x, in, 0.0f, partial, in);
}
void multiply_rows(const double* gradient, const double* x, double* partial, std::int64_t rows,
                   std::int64_t in, std::int64_t width) {
  std::fill(partial, partial + width * in, 0.0);
  loops<double>().multiply_add(gradient, 1, width, x, partial, width, rows, in);
}

std::vector<double> transposed(const double* x, std::int64_t rows, std::int64_t columns) {
  std::vector<double> out(static_cast<std::size_t>(rows * columns));
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < columns; ++c) out[c * rows + r] = x[r * columns + c];
  return out;
}

}  // namespace

void CpuBackend::linear(const Tensor& x, const Tensor& weight, const Tensor& bias, bool relu,
                        Tensor& out) {
  const std::int64_t in = weight.cols(), width = weight.rows();
  with_values(x, [&]<class T>() {
    std::vector<double> weight_transposed;
    if constexpr (std::is_same_v<T, double>)
      weight_transposed = transposed(read<double>(weight), width, in);
    parallel_blocks(x.rows(), product_rows(x.rows()), [&](std::int64_t begin, std::int64_t end) {
      const T* from = read<T>(x) + begin * in;
      T* to = write<T>(out) + begin * width;
      if constexpr (std::is_same_v<T, double>)
        multiply_plain(from, weight_transposed.data(), to, end - begin, width, in);
      else
        multiply_transposed(from, read<T>(weight), to, end - begin, in, width);
      if (bias || relu) loops<T>().bias_relu(to, read<T>(bias), relu, end - begin, width);
    });
  });
}

void CpuBackend::linear_backward(Tensor& gradient, const Tensor& output, const Tensor& x,
                                 const Tensor& weight, Tensor& grad_x, Tensor& grad_weight,
                                 Tensor& grad_bias) {
  const std::int64_t in = weight.cols(), width = weight.rows(), rows = x.rows();
  with_values(x, [&]<class T>() {
    T* slope = write<T>(gradient);
    const std::vector<double> bias_sum = sum_over_blocks<T>(
        rows, product_rows(rows), width, [&](std::int64_t begin, std::int64_t end, T* partial) {
          const std::int64_t count = end - begin;
          if (output || grad_bias)
            loops<T>().mask_and_sum(slope + begin * width,
                                    output ? read<T>(output) + begin * width : nullptr,
                                    grad_bias ? partial : nullptr, count, width);
          if (grad_x)
            multiply_plain(slope + begin * width, read<T>(weight), write<T>(grad_x) + begin * in,
                           count, in, width);
        });
    if (grad_bias) std::copy(bias_sum.begin(), bias_sum.end(), write<T>(grad_bias));
    if (!grad_weight) return;

    const std::int64_t block = partial_rows(rows), size = width * in;
    const std::int64_t partials = std::max<std::int64_t>(1, (rows + block - 1) / block);
    Tensor partial = Tensor::empty({partials, size}, x.dtype());
    T* sums = write<T>(partial);
    if (rows == 0) std::fill(sums, sums + size, T{0});
    parallel_blocks(rows, block, [&](std::int64_t begin, std::int64_t end) {
      multiply_rows(slope + begin * width, read<T>(x) + begin * in, sums + begin / block * size,
                    end - begin, in, width);
    });
    T* total = write<T>(grad_weight);
    parallel_blocks(size, 1 << 14, [&](std::int64_t begin, std::int64_t end) {
      std::copy(sums + begin, sums + end, total + begin);
      for (std::int64_t p = 1; p < partials; ++p)
        loops<T>().add(total + begin, sums + p * size + begin, total + begin, end - begin);
    });
  });
}

void CpuBackend::row_dot(const Tensor& a, const Tensor& b, Tensor& out) {
  with_values(a, [&]<class T>() {
    const std::int64_t D = a.cols();
    parallel_blocks(a.rows(), block_rows(D), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r)
        write<T>(out)[r] = loops<T>().dot(read<T>(a) + r * D, read<T>(b) + r * D, D);
    });
  });
}

void CpuBackend::scale_rows(const Tensor& x, const Tensor& factor, Tensor& out) {
  with_values(x, [&]<class T>() {
    const std::int64_t D = x.cols();
    parallel_blocks(x.rows(), block_rows(D), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r)
        loops<T>().scale(read<T>(x) + r * D, read<T>(factor)[r], write<T>(out) + r * D, D);
    });
  });
}

}  // namespace aufbau::cpu
