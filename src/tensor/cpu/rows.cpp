#include <cmath>

#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"

namespace aufbau::cpu {

void CpuBackend::normalize_rows(const Tensor& x, double least, Tensor& out, Tensor& length) {
  with_values(x, [&]<class T>() {
    const std::int64_t D = x.cols();
    parallel_blocks(x.rows(), block_rows(D), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) {
        const T* row = read<T>(x) + r * D;
        const T norm =
            std::max(static_cast<T>(std::sqrt(loops<T>().dot(row, row, D))), static_cast<T>(least));
        write<T>(length)[r] = norm;
        loops<T>().scale(row, T{1} / norm, write<T>(out) + r * D, D);
      }
    });
  });
}

void CpuBackend::normalize_rows_backward(const Tensor& gradient, const Tensor& output,
                                         const Tensor& length, double least, Tensor& out) {
  with_values(gradient, [&]<class T>() {
    const std::int64_t D = gradient.cols();
    parallel_blocks(gradient.rows(), block_rows(D), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) {
        const T *slope = read<T>(gradient) + r * D, *unit = read<T>(output) + r * D;
        const T norm = read<T>(length)[r];
        T* to = write<T>(out) + r * D;
        loops<T>().scale(slope, T{1} / norm, to, D);
        if (norm > static_cast<T>(least))
          loops<T>().add_scaled(unit, static_cast<T>(-loops<T>().dot(unit, slope, D) / norm), to,
                                D);
      }
    });
  });
}

void CpuBackend::head_dot(const Tensor& x, const Tensor& weight, Tensor& out) {
  with_values(x, [&]<class T>() {
    const std::int64_t H = weight.rows(), D = weight.cols();
    parallel_blocks(x.rows(), block_rows(H * D), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin * H; i < end * H; ++i)
        write<T>(out)[i] =
            static_cast<T>(loops<T>().dot(read<T>(x) + i * D, read<T>(weight) + i % H * D, D));
    });
  });
}

void CpuBackend::head_dot_backward(const Tensor& gradient, const Tensor& x, const Tensor& weight,
                                   Tensor& grad_x, Tensor& grad_weight) {
  with_values(x, [&]<class T>() {
    const std::int64_t H = weight.rows(), D = weight.cols();
    const std::vector<double> sum = sum_over_blocks<T>(
        RowCut{x.rows(), block_rows(H * D)}, H * D,
        [&](std::int64_t begin, std::int64_t end, T* partial) {
          for (std::int64_t i = begin * H; i < end * H; ++i) {
            const T slope = read<T>(gradient)[i];
            if (grad_x)
              loops<T>().scale(read<T>(weight) + i % H * D, slope, write<T>(grad_x) + i * D, D);
            if (grad_weight)
              loops<T>().add_scaled(read<T>(x) + i * D, slope, partial + i % H * D, D);
          }
        });
    if (grad_weight) std::copy(sum.begin(), sum.end(), write<T>(grad_weight));
  });
}

}  // namespace aufbau::cpu
