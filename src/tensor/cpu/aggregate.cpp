#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"

namespace aufbau::cpu {

void CpuBackend::aggregate(const Tensor& x, const Tensor& edge_table, const RowMap& map,
                           Tensor& out) {
  with_values(x, [&]<class T>() {
    const std::int64_t D = x.cols();
    parallel_blocks(map.rows, block_rows(D), [&](std::int64_t begin, std::int64_t end) {
      loops<T>().aggregate(read<T>(x), read<T>(edge_table), ids(map.offset), ids(map.source),
                           ids(map.code), begin, end, D, write<T>(out));
    });
  });
}

void CpuBackend::aggregate_backward(const Tensor& gradient, const RowMap& map, Tensor& grad_x,
                                    Tensor& grad_table) {
  if (grad_x) segment_sum(gradient, map.reverse_offset, map.reverse_row, grad_x);
  if (!grad_table) return;
  with_values(gradient, [&]<class T>() {
    sum_tables<T>(map.rows, grad_table, [&](std::int64_t begin, std::int64_t end, T* table) {
      loops<T>().code_sums(read<T>(gradient), ids(map.offset), ids(map.code), begin, end,
                           gradient.cols(), table);
    });
  });
}

}  // namespace aufbau::cpu
