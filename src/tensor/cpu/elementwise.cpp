#include <atomic>
#include <cstring>

#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"

namespace aufbau::cpu {

namespace {

/// body.operator()<T>(begin, count) over fixed blocks of the elements.
template <class Body>
void over_elements(const Tensor& x, const Body& body) {
  with_values(x, [&]<class T>() {
    parallel_blocks(x.size(), kBlockElements, [&](std::int64_t begin, std::int64_t end) {
      body.template operator()<T>(begin, end - begin);
    });
  });
}

}  // namespace

void CpuBackend::add(const Tensor& a, const Tensor& b, Tensor& out) {
  over_elements(a, [&]<class T>(std::int64_t at, std::int64_t n) {
    loops<T>().add(read<T>(a) + at, read<T>(b) + at, write<T>(out) + at, n);
  });
}

void CpuBackend::multiply(const Tensor& a, const Tensor& b, Tensor& out) {
  over_elements(a, [&]<class T>(std::int64_t at, std::int64_t n) {
    loops<T>().multiply(read<T>(a) + at, read<T>(b) + at, write<T>(out) + at, n);
  });
}

void CpuBackend::scale(const Tensor& x, double factor, Tensor& out) {
  over_elements(x, [&]<class T>(std::int64_t at, std::int64_t n) {
    loops<T>().scale(read<T>(x) + at, static_cast<T>(factor), write<T>(out) + at, n);
  });
}

void CpuBackend::scale_by(const Tensor& x, const Tensor& factor, Tensor& out) {
  scale(x, *read<double>(factor), out);
}

void CpuBackend::relu(const Tensor& x, Tensor& out) {
  over_elements(x, [&]<class T>(std::int64_t at, std::int64_t n) {
    loops<T>().relu(read<T>(x) + at, write<T>(out) + at, n);
  });
}

void CpuBackend::relu_backward(const Tensor& gradient, const Tensor& output, Tensor& out) {
  over_elements(gradient, [&]<class T>(std::int64_t at, std::int64_t n) {
    loops<T>().relu_backward(read<T>(gradient) + at, read<T>(output) + at, write<T>(out) + at, n);
  });
}

void CpuBackend::leaky_relu(const Tensor& x, double slope, Tensor& out) {
  with_values(x, [&]<class T>() {
    parallel_blocks(x.size(), kBlockElements, [&](std::int64_t begin, std::int64_t end) {
      loops<T>().leaky_relu(read<T>(x) + begin, static_cast<T>(slope), write<T>(out) + begin,
                            end - begin);
    });
  });
}

void CpuBackend::leaky_relu_backward(const Tensor& gradient, const Tensor& output, double slope,
                                     Tensor& out) {
  with_values(gradient, [&]<class T>() {
    parallel_blocks(gradient.size(), kBlockElements, [&](std::int64_t begin, std::int64_t end) {
      loops<T>().leaky_relu_backward(read<T>(gradient) + begin, read<T>(output) + begin,
                                     static_cast<T>(slope), write<T>(out) + begin, end - begin);
    });
  });
}

void CpuBackend::sigmoid(const Tensor& x, Tensor& out) {
  over_elements(x, [&]<class T>(std::int64_t at, std::int64_t n) {
    loops<T>().sigmoid(read<T>(x) + at, write<T>(out) + at, n);
  });
}

void CpuBackend::sigmoid_backward(const Tensor& gradient, const Tensor& output, Tensor& out) {
  over_elements(gradient, [&]<class T>(std::int64_t at, std::int64_t n) {
    loops<T>().sigmoid_backward(read<T>(gradient) + at, read<T>(output) + at, write<T>(out) + at,
                                n);
  });
}

void CpuBackend::maximum(std::span<const Tensor> xs, Tensor& out, Tensor& winner) {
  over_elements(out, [&]<class T>(std::int64_t at, std::int64_t n) {
    T* best = write<T>(out) + at;
    std::int32_t* index = write<std::int32_t>(winner) + at;
    std::memcpy(best, read<T>(xs[0]) + at, n * sizeof(T));
    std::fill(index, index + n, 0);
    for (std::size_t k = 1; k < xs.size(); ++k) {
      const T* x = read<T>(xs[k]) + at;
      for (std::int64_t i = 0; i < n; ++i) {
        if (!(x[i] <= best[i])) best[i] = x[i], index[i] = static_cast<std::int32_t>(k);
      }
    }
  });
}

void CpuBackend::maximum_backward(const Tensor& gradient, const Tensor& winner, int index,
                                  Tensor& out) {
  over_elements(gradient, [&]<class T>(std::int64_t at, std::int64_t n) {
    const T* from = read<T>(gradient) + at;
    const std::int32_t* who = ids(winner) + at;
    T* to = write<T>(out) + at;
    for (std::int64_t i = 0; i < n; ++i) to[i] = who[i] == index ? from[i] : T{0};
  });
}

void CpuBackend::copy_columns(const Tensor& from, std::int64_t from_column, Tensor& to,
                              std::int64_t to_column, std::int64_t width) {
  with_values(from, [&]<class T>() {
    parallel_blocks(from.rows(), block_rows(width), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r)
        std::memcpy(write<T>(to) + r * to.cols() + to_column,
                    read<T>(from) + r * from.cols() + from_column, width * sizeof(T));
    });
  });
}

bool CpuBackend::all_finite(const Tensor& x) {
  std::atomic<bool> finite = true;
  over_elements(x, [&]<class T>(std::int64_t at, std::int64_t n) {
    if (!loops<T>().all_finite(read<T>(x) + at, n)) finite = false;
  });
  return finite;
}

}  // namespace aufbau::cpu
