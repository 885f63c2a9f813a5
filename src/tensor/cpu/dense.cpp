#include <optional>

#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"
#include "tensor/cpu/dnnl.h"

namespace aufbau::cpu {

namespace {

/// Rows of one product: a fixed size, so that oneDNN plans once; small, so that threads end
/// together; large enough to be near its best speed. What is left over at the end takes the general
/// product.
constexpr std::int64_t kProductRows = 208;
/// Rows of one partial sum of a weight gradient: four equal ones of long products. Each is computed
/// in halves: eight pieces of work, and half the memory of eight sums to write and add.
std::int64_t partial_rows(std::int64_t rows) {
  return std::max<std::int64_t>(512, (rows + 63) / 64 * 16);
}

/// Products of blocks of rows with one matrix b [k, n], in f32 through oneDNN.
class FloatProduct {
 public:
  FloatProduct(const float* b, bool transposed, std::int64_t n, std::int64_t k, std::int64_t rows,
               const float* bias, bool relu)
      : b_(b), bias_(bias), n_(n), k_(k), transposed_(transposed), relu_(relu) {
    if (rows >= kProductRows)
      packed_.emplace(b, transposed, kProductRows, n, k, bias != nullptr, relu);
  }
  void multiply(const float* a, float* c, std::int64_t rows) const {
    if (rows == kProductRows) return packed_->multiply(a, bias_, c);
    gemm(false, transposed_, rows, n_, k_, a, k_, b_, transposed_ ? k_ : n_, 0.0f, c, n_);
    if (bias_ || relu_) loops<float>().bias_relu(c, bias_, relu_, rows, n_);
  }

 private:
  std::optional<PackedMatrix> packed_;
  const float *b_, *bias_;
  std::int64_t n_, k_;
  bool transposed_, relu_;
};

/// The same in f64 with our own loops.
class DoubleProduct {
 public:
  DoubleProduct(const double* b, bool transposed, std::int64_t n, std::int64_t k, std::int64_t,
                const double* bias, bool relu)
      : b_(b), bias_(bias), n_(n), k_(k), relu_(relu) {
    if (!transposed) return;
    row_major_.resize(static_cast<std::size_t>(n * k));
    for (std::int64_t r = 0; r < n; ++r)
      for (std::int64_t c = 0; c < k; ++c) row_major_[c * n + r] = b[r * k + c];
    b_ = row_major_.data();
  }
  void multiply(const double* a, double* c, std::int64_t rows) const {
    std::fill(c, c + rows * n_, 0.0);
    loops<double>().multiply_add(a, k_, 1, b_, c, rows, k_, n_);
    if (bias_ || relu_) loops<double>().bias_relu(c, bias_, relu_, rows, n_);
  }

 private:
  std::vector<double> row_major_;
  const double *b_, *bias_;
  std::int64_t n_, k_;
  bool relu_;
};

template <class T>
using Product = std::conditional_t<std::is_same_v<T, float>, FloatProduct, DoubleProduct>;

/// Rows `first` to `last` of c [m, n] = a^T b over some rows of a [rows, m] and b [rows, n].
void multiply_rows(const float* a, const float* b, float* c, std::int64_t rows, std::int64_t m,
                   std::int64_t n, std::int64_t first, std::int64_t last) {
  gemm(true, false, last - first, n, rows, a + first, m, b, n, 0.0f, c + first * n, n);
}
void multiply_rows(const double* a, const double* b, double* c, std::int64_t rows, std::int64_t m,
                   std::int64_t n, std::int64_t first, std::int64_t last) {
  std::fill(c + first * n, c + last * n, 0.0);
  loops<double>().multiply_add(a + first, 1, m, b, c + first * n, last - first, rows, n);
}

/// grad_weight [out, in] = gradient^T x, from one partial sum per range of rows, added in order.
/// The product with the narrower matrix transposed is the faster one, so that the partial sums may
/// be those of x^T gradient.
template <class T>
void weight_gradient(const T* gradient, const T* x, std::int64_t rows, std::int64_t out,
                     std::int64_t in, Tensor& grad_weight) {
  const bool swapped = in < out;
  const std::int64_t block = partial_rows(rows), size = out * in;
  const std::int64_t partials = (rows + block - 1) / block;
  Tensor partial = Tensor::empty({partials, size}, grad_weight.dtype());
  T* sums = write<T>(partial);
  const std::int64_t lines = swapped ? in : out, width = swapped ? out : in;
  const T *left = swapped ? x : gradient, *right = swapped ? gradient : x;
  parallel_blocks(2 * partials, 1, [&](std::int64_t task, std::int64_t) {
    const std::int64_t begin = task / 2 * block, end = std::min(rows, begin + block);
    const std::int64_t half = lines / 2;
    multiply_rows(left + begin * lines, right + begin * width, sums + task / 2 * size, end - begin,
                  lines, width, task % 2 == 0 ? 0 : half, task % 2 == 0 ? half : lines);
  });
  parallel_blocks(lines, 16, [&](std::int64_t begin, std::int64_t end) {
    const std::int64_t count = (end - begin) * width;
    std::vector<T> sum(static_cast<std::size_t>(count));
    for (std::int64_t p = 0; p < partials; ++p)
      loops<T>().add(sum.data(), sums + p * size + begin * width, sum.data(), count);
    T* total = write<T>(grad_weight);
    if (!swapped) {
      std::copy(sum.begin(), sum.end(), total + begin * width);
      return;
    }
    for (std::int64_t o = 0; o < width; ++o)
      for (std::int64_t i = begin; i < end; ++i) total[o * in + i] = sum[(i - begin) * width + o];
  });
}

}  // namespace

void CpuBackend::linear(const Tensor& x, const Tensor& weight, const Tensor& bias, bool relu,
                        Tensor& out) {
  const std::int64_t in = weight.cols(), width = weight.rows();
  with_values(x, [&]<class T>() {
    const Product<T> product(read<T>(weight), true, width, in, x.rows(), read<T>(bias), relu);
    parallel_blocks(x.rows(), kProductRows, [&](std::int64_t begin, std::int64_t end) {
      product.multiply(read<T>(x) + begin * in, write<T>(out) + begin * width, end - begin);
    });
  });
}

void CpuBackend::aggregate_perceptron(const Tensor& x, const Tensor& edge_table, const RowMap& map,
                                      const Tensor& weight1, const Tensor& bias1,
                                      const Tensor& weight2, const Tensor& bias2, bool relu,
                                      Tensor& out) {
  const std::int64_t in = x.cols(), middle = weight1.rows(), width = weight2.rows();
  with_values(x, [&]<class T>() {
    const Product<T> first(read<T>(weight1), true, middle, in, map.rows, read<T>(bias1), true);
    const Product<T> second(read<T>(weight2), true, width, middle, map.rows, read<T>(bias2), relu);
    parallel_blocks(map.rows, kProductRows, [&](std::int64_t begin, std::int64_t end) {
      const std::int64_t rows = end - begin;
      // Small enough to stay in the cache.
      Tensor message = Tensor::empty({rows, in}, x.dtype());
      Tensor hidden = Tensor::empty({rows, middle}, x.dtype());
      loops<T>().aggregate(read<T>(x), read<T>(edge_table), ids(map.offset) + begin,
                           ids(map.source), ids(map.code), 0, rows, in, write<T>(message));
      first.multiply(read<T>(message), write<T>(hidden), rows);
      second.multiply(read<T>(hidden), write<T>(out) + begin * width, rows);
    });
  });
}

void CpuBackend::linear_backward(Tensor& gradient, const Tensor& output, const Tensor& x,
                                 const Tensor& weight, Tensor& grad_x, Tensor& grad_weight,
                                 Tensor& grad_bias) {
  const std::int64_t in = weight.cols(), width = weight.rows(), rows = x.rows();
  with_values(x, [&]<class T>() {
    T* slope = write<T>(gradient);
    std::optional<Product<T>> product;
    if (grad_x) product.emplace(read<T>(weight), false, in, width, rows, nullptr, false);
    const std::vector<double> bias_sum = sum_over_blocks<T>(
        rows, kProductRows, width, [&](std::int64_t begin, std::int64_t end, T* partial) {
          if (output || grad_bias)
            loops<T>().mask_and_sum(slope + begin * width,
                                    output ? read<T>(output) + begin * width : nullptr,
                                    grad_bias ? partial : nullptr, end - begin, width);
          if (grad_x)
            product->multiply(slope + begin * width, write<T>(grad_x) + begin * in, end - begin);
        });
    if (grad_bias) std::copy(bias_sum.begin(), bias_sum.end(), write<T>(grad_bias));
    if (grad_weight) weight_gradient<T>(slope, read<T>(x), rows, width, in, grad_weight);
  });
}

void CpuBackend::row_dot(const Tensor& a, const Tensor& b, Tensor& out) {
  with_values(a, [&]<class T>() {
    const std::int64_t D = a.cols();
    parallel_blocks(a.rows(), block_rows(D), [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t r = begin; r < end; ++r)
        write<T>(out)[r] =
            static_cast<T>(loops<T>().dot(read<T>(a) + r * D, read<T>(b) + r * D, D));
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
