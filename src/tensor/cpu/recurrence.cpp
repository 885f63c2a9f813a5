#include <cmath>

#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"

namespace aufbau::cpu {

namespace {

template <class T>
T sigmoid(T x) {
  return T{1} / (T{1} + std::exp(-x));
}

/// What the gates of one unit let through.
template <class T>
struct Gates {
  T in, forget, candidate, out;
  Gates(const T* row, std::int64_t d, std::int64_t D)
      : in(sigmoid(row[d])),
        forget(sigmoid(row[D + d])),
        candidate(std::tanh(row[2 * D + d])),
        out(sigmoid(row[3 * D + d])) {}
};

}  // namespace

void CpuBackend::lstm_step(const Tensor& gates, const Tensor& cell, Tensor& out) {
  with_values(gates, [&]<class T>() {
    const std::int64_t D = cell.cols();
    parallel_blocks(cell.rows(), block_rows(4 * D), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) {
        T* hidden = write<T>(out) + r * 2 * D;
        for (std::int64_t d = 0; d < D; ++d) {
          const Gates<T> gate(read<T>(gates) + r * 4 * D, d, D);
          const T next = gate.forget * read<T>(cell)[r * D + d] + gate.in * gate.candidate;
          hidden[d] = gate.out * std::tanh(next);
          hidden[D + d] = next;
        }
      }
    });
  });
}

void CpuBackend::lstm_step_backward(const Tensor& gradient, const Tensor& gates, const Tensor& cell,
                                    const Tensor& output, Tensor& grad_gates, Tensor& grad_cell) {
  with_values(gates, [&]<class T>() {
    const std::int64_t D = cell.cols();
    parallel_blocks(cell.rows(), block_rows(4 * D), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) {
        const T* slope = read<T>(gradient) + r * 2 * D;
        T* to = write<T>(grad_gates) + r * 4 * D;
        for (std::int64_t d = 0; d < D; ++d) {
          const Gates<T> gate(read<T>(gates) + r * 4 * D, d, D);
          const T before = read<T>(cell)[r * D + d];
          const T squashed = std::tanh(read<T>(output)[r * 2 * D + D + d]);
          // Of the new cell: directly, and through the new hidden state.
          const T cell_slope = slope[D + d] + slope[d] * gate.out * (1 - squashed * squashed);
          if (grad_cell) write<T>(grad_cell)[r * D + d] = cell_slope * gate.forget;
          if (!grad_gates) continue;
          to[d] = cell_slope * gate.candidate * gate.in * (1 - gate.in);
          to[D + d] = cell_slope * before * gate.forget * (1 - gate.forget);
          to[2 * D + d] = cell_slope * gate.in * (1 - gate.candidate * gate.candidate);
          to[3 * D + d] = slope[d] * squashed * gate.out * (1 - gate.out);
        }
      }
    });
  });
}

}  // namespace aufbau::cpu
