#include <cmath>

#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"

namespace aufbau::cpu {

void CpuBackend::segment_sum(const Tensor& x, const Tensor& offset, const Tensor& index,
                             Tensor& out) {
  with_values(x, [&]<class T>() {
    const std::int64_t D = x.cols();
    parallel_blocks(out.rows(), block_rows(D), [&](std::int64_t begin, std::int64_t end) {
      loops<T>().sum_rows(read<T>(x), ids(offset), ids(index), begin, end, D, write<T>(out));
    });
  });
}

void CpuBackend::divide_by_count(const Tensor& x, const Tensor& offset, Tensor& out) {
  with_values(x, [&]<class T>() {
    const std::int64_t D = x.cols();
    parallel_blocks(x.rows(), block_rows(D), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) {
        const std::int32_t count = std::max(1, ids(offset)[r + 1] - ids(offset)[r]);
        loops<T>().scale(read<T>(x) + r * D, T{1} / static_cast<T>(count), write<T>(out) + r * D,
                         D);
      }
    });
  });
}

void CpuBackend::segment_max(const Tensor& x, const RowMap& map, Tensor& out, Tensor& winner) {
  with_values(x, [&]<class T>() {
    const std::int64_t D = x.cols();
    parallel_blocks(map.rows, block_rows(D), [&](std::int64_t begin, std::int64_t end) {
      loops<T>().max_rows(read<T>(x), ids(map.offset), ids(map.source), begin, end, D,
                          write<T>(out), write<std::int32_t>(winner));
    });
  });
}

void CpuBackend::segment_max_backward(const Tensor& gradient, const Tensor& winner,
                                      const RowMap& map, Tensor& out) {
  with_values(gradient, [&]<class T>() {
    const std::int64_t D = gradient.cols();
    const std::int32_t* offset = ids(map.reverse_offset);
    parallel_blocks(map.sources, block_rows(D), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t s = begin; s < end; ++s) {
        T* to = write<T>(out) + s * D;
        std::fill(to, to + D, T{0});
        for (std::int32_t i = offset[s]; i < offset[s + 1]; ++i) {
          const std::int32_t entry = ids(map.reverse_entry)[i];
          const std::int64_t row = ids(map.reverse_row)[i];
          const T* from = read<T>(gradient) + row * D;
          const std::int32_t* who = ids(winner) + row * D;
          for (std::int64_t d = 0; d < D; ++d) to[d] += who[d] == entry ? from[d] : T{0};
        }
      }
    });
  });
}

void CpuBackend::segment_softmax(const Tensor& scores, const RowMap& map, Tensor& out) {
  constexpr double kTiny = 1e-16;  // as in PyTorch Geometric's softmax
  with_values(scores, [&]<class T>() {
    const std::int64_t H = scores.cols();
    const std::int32_t* offset = ids(map.offset);
    parallel_blocks(map.rows, block_rows(H), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) {
        for (std::int64_t h = 0; h < H && offset[r] < offset[r + 1]; ++h) {
          const T* from = read<T>(scores) + h;
          T* to = write<T>(out) + h;
          T largest = from[offset[r] * H];
          for (std::int64_t e = offset[r]; e < offset[r + 1]; ++e)
            largest = std::max(largest, from[e * H]);
          double sum = kTiny;
          for (std::int64_t e = offset[r]; e < offset[r + 1]; ++e) {
            to[e * H] = std::exp(from[e * H] - largest);
            sum += to[e * H];
          }
          for (std::int64_t e = offset[r]; e < offset[r + 1]; ++e)
            to[e * H] = static_cast<T>(to[e * H] / sum);
        }
      }
    });
  });
}

void CpuBackend::segment_softmax_backward(const Tensor& gradient, const Tensor& output,
                                          const RowMap& map, Tensor& out) {
  with_values(gradient, [&]<class T>() {
    const std::int64_t H = gradient.cols();
    const std::int32_t* offset = ids(map.offset);
    parallel_blocks(map.rows, block_rows(H), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r) {
        for (std::int64_t h = 0; h < H; ++h) {
          const T* slope = read<T>(gradient) + h;
          const T* share = read<T>(output) + h;
          T* to = write<T>(out) + h;
          double mean = 0;
          for (std::int64_t e = offset[r]; e < offset[r + 1]; ++e)
            mean += static_cast<double>(slope[e * H]) * share[e * H];
          for (std::int64_t e = offset[r]; e < offset[r + 1]; ++e)
            to[e * H] = static_cast<T>(share[e * H] * (slope[e * H] - mean));
        }
      }
    });
  });
}

}  // namespace aufbau::cpu
