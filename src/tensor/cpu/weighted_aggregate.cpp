#include <cmath>

#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"

namespace aufbau::cpu {

namespace {

/// Calls body(row, entry) for the entries of a block of rows.
template <class Body>
void for_entries(const RowMap& map, std::int64_t begin, std::int64_t end, const Body& body) {
  for (std::int64_t r = begin; r < end; ++r)
    for (std::int64_t e = ids(map.offset)[r]; e < ids(map.offset)[r + 1]; ++e) body(r, e);
}

}  // namespace

void CpuBackend::weighted_aggregate(const Tensor& x, const Tensor& edge_table, const Tensor& weight,
                                    const RowMap& map, Tensor& out) {
  with_values(x, [&]<class T>() {
    const std::int64_t H = weight.cols(), D = out.cols();
    parallel_blocks(map.rows, block_rows(H * D), [&](std::int64_t begin, std::int64_t end) {
      loops<T>().weighted_aggregate(read<T>(x), read<T>(edge_table), read<T>(weight),
                                    ids(map.offset), ids(map.source),
                                    edge_table ? ids(map.code) : nullptr, begin, end, H, D,
                                    T{1} / static_cast<T>(H), write<T>(out));
    });
  });
}

void CpuBackend::weighted_aggregate_backward(const Tensor& gradient, const Tensor& x,
                                             const Tensor& edge_table, const Tensor& weight,
                                             const RowMap& map, Tensor& grad_x, Tensor& grad_table,
                                             Tensor& grad_weight) {
  with_values(gradient, [&]<class T>() {
    const std::int64_t D = gradient.cols(), H = x.cols() / D;
    const T factor = T{1} / static_cast<T>(H);
    if (grad_x)
      parallel_blocks(map.sources, block_rows(H * D), [&](std::int64_t begin, std::int64_t end) {
        loops<T>().weighted_readers(read<T>(gradient), read<T>(weight), ids(map.reverse_offset),
                                    ids(map.reverse_row), ids(map.reverse_entry), begin, end, H, D,
                                    factor, write<T>(grad_x));
      });
    if (grad_table)
      sum_tables<T>(map.rows, grad_table, [&](std::int64_t begin, std::int64_t end, T* table) {
        for_entries(map, begin, end, [&](std::int64_t r, std::int64_t e) {
          for (std::int64_t h = 0; h < H; ++h)
            loops<T>().add_scaled(read<T>(gradient) + r * D, factor * read<T>(weight)[e * H + h],
                                  table + (ids(map.code)[e] * H + h) * D, D);
        });
      });
    if (grad_weight)
      parallel_blocks(map.rows, block_rows(H * D), [&](std::int64_t begin, std::int64_t end) {
        for_entries(map, begin, end, [&](std::int64_t r, std::int64_t e) {
          const T* slope = read<T>(gradient) + r * D;
          for (std::int64_t h = 0; h < H; ++h) {
            double sum = loops<T>().dot(slope, read<T>(x) + (ids(map.source)[e] * H + h) * D, D);
            if (edge_table)
              sum += loops<T>().dot(slope, read<T>(edge_table) + (ids(map.code)[e] * H + h) * D, D);
            write<T>(grad_weight)[e * H + h] = static_cast<T>(factor * sum);
          }
        });
      });
  });
}

void CpuBackend::entry_sum(const Tensor& per_row, const Tensor& per_source, const Tensor& per_code,
                           const RowMap& map, Tensor& out) {
  with_values(per_source, [&]<class T>() {
    const std::int64_t H = per_source.cols();
    parallel_blocks(map.rows, block_rows(H), [&](std::int64_t begin, std::int64_t end) {
      for_entries(map, begin, end, [&](std::int64_t r, std::int64_t e) {
        for (std::int64_t h = 0; h < H; ++h) {
          T sum = read<T>(per_source)[ids(map.source)[e] * H + h];
          if (per_row) sum += read<T>(per_row)[r * H + h];
          if (per_code) sum += read<T>(per_code)[ids(map.code)[e] * H + h];
          write<T>(out)[e * H + h] = sum;
        }
      });
    });
  });
}

void CpuBackend::entry_sum_backward(const Tensor& gradient, const RowMap& map, Tensor& grad_row,
                                    Tensor& grad_source, Tensor& grad_code) {
  if (grad_source) segment_sum(gradient, map.reverse_offset, map.reverse_entry, grad_source);
  with_values(gradient, [&]<class T>() {
    const std::int64_t H = gradient.cols();
    if (grad_row)
      parallel_blocks(map.rows, block_rows(H), [&](std::int64_t begin, std::int64_t end) {
        T* to = write<T>(grad_row);
        std::fill(to + begin * H, to + end * H, T{0});
        for_entries(map, begin, end, [&](std::int64_t r, std::int64_t e) {
          loops<T>().add(to + r * H, read<T>(gradient) + e * H, to + r * H, H);
        });
      });
    if (grad_code)
      sum_tables<T>(map.rows, grad_code, [&](std::int64_t begin, std::int64_t end, T* table) {
        for_entries(map, begin, end, [&](std::int64_t, std::int64_t e) {
          T* to = table + ids(map.code)[e] * H;
          loops<T>().add(to, read<T>(gradient) + e * H, to, H);
        });
      });
  });
}

void CpuBackend::symmetric_weights(const RowMap& map, const Tensor& source_degree, Tensor& out) {
  with_values(out, [&]<class T>() {
    parallel_blocks(map.rows, block_rows(1), [&](std::int64_t begin, std::int64_t end) {
      for_entries(map, begin, end, [&](std::int64_t r, std::int64_t e) {
        const double degree = ids(map.offset)[r + 1] - ids(map.offset)[r];
        const double other = ids(source_degree)[ids(map.source)[e]];
        write<T>(out)[e] = static_cast<T>(1 / std::sqrt(degree * other));
      });
    });
  });
}

}  // namespace aufbau::cpu
