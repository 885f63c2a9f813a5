#include <cmath>

#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"
#include "tensor/formulas.h"

namespace aufbau::cpu {

using formulas::LstmGates;
using formulas::LstmSlopes;

void CpuBackend::lstm_step(const Tensor& gates, const Tensor& cell, Tensor& out) {
  with_values(gates, [&]<class T>() {
    const std::int64_t D = cell.cols();
    parallel_blocks(cell.rows(), block_rows(4 * D), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) {
        T* hidden = write<T>(out) + r * 2 * D;
        for (std::int64_t d = 0; d < D; ++d) {
          const LstmGates<T> gate(read<T>(gates) + r * 4 * D, d, D);
          const T next = gate.next_cell(read<T>(cell)[r * D + d]);
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
          const LstmGates<T> gate(read<T>(gates) + r * 4 * D, d, D);
          const LstmSlopes<T> of(gate, read<T>(cell)[r * D + d], read<T>(output)[r * 2 * D + D + d],
                                 slope[d], slope[D + d]);
          if (grad_cell) write<T>(grad_cell)[r * D + d] = of.cell;
          if (!grad_gates) continue;
          to[d] = of.in, to[D + d] = of.forget;
          to[2 * D + d] = of.candidate, to[3 * D + d] = of.out;
        }
      }
    });
  });
}

}  // namespace aufbau::cpu
