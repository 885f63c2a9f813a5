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
  if (!grad_table) return segment_sum(gradient, map.reverse_offset, map.reverse_row, grad_x);
  with_values(gradient, [&]<class T>() {
    const std::int64_t D = gradient.cols(), step = block_rows(D);
    // Readers of a source stand near it in a batch of molecules, so that both sums find the same
    // gradients in the cache.
    sum_tables<T>(std::max(map.rows, map.sources), grad_table,
                  [&](std::int64_t begin, std::int64_t end, T* table) {
                    for (std::int64_t at = begin; at < end; at += step) {
                      const std::int64_t stop = std::min(end, at + step);
                      if (grad_x)
                        loops<T>().sum_rows(read<T>(gradient), ids(map.reverse_offset),
                                            ids(map.reverse_row), at, std::min(stop, map.sources),
                                            D, write<T>(grad_x));
                      loops<T>().code_sums(read<T>(gradient), ids(map.offset), ids(map.code), at,
                                           std::min(stop, map.rows), D, table);
                    }
                  });
  });
}

}  // namespace aufbau::cpu
