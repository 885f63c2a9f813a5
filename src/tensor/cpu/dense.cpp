#include <optional>

#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"
#include "tensor/cpu/dnnl.h"
#include "tensor/cpu/parts_product.h"

namespace aufbau::cpu {

namespace {

/// Rows of one product, in either type.
RowCut product_cut(std::int64_t rows) {
  constexpr std::int64_t kLastRows = 240, kLastBlock = 48;
  return {rows, PackedMatrix::kRows, kLastRows, kLastBlock};
}

/// Products of blocks of rows with one matrix b [k, n], in f32: in parts where the processor has
/// tiles, through oneDNN otherwise and for few rows.
class FloatProduct {
 public:
  FloatProduct(const float* b, bool transposed, std::int64_t n, std::int64_t k, std::int64_t rows,
               const float* bias, bool relu)
      : b_(b), bias_(bias), n_(n), k_(k), transposed_(transposed), relu_(relu) {
    if (rows < kLeastRows) return;
    if (in_parts(n, k))
      parts_.emplace(b, transposed, n, k);
    else
      packed_.emplace(b, transposed, n, k, bias != nullptr, relu);
  }
  void multiply(const float* a, float* c, std::int64_t rows) const {
    if (parts_) return parts_->multiply(a, bias_, relu_, c, rows);
    if (packed_) return packed_->multiply(a, bias_, c, rows);
    gemm(false, transposed_, rows, n_, k_, a, k_, b_, transposed_ ? k_ : n_, 0.0f, c, n_);
    if (bias_ || relu_) loops<float>().bias_relu(c, bias_, relu_, rows, n_);
  }

  /// For fewer, packing, with the wait for all threads that follows it, costs more than it saves:
  /// 300 to 600 columns on two threads break even at 190 rows, 300 to 120 at 300.
  static constexpr std::int64_t kLeastRows = 192;

 private:
  std::optional<PartsMatrix> parts_;
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

/// How the sum over the rows of a weight's gradient is cut: tasks that each sum some rows for some
/// lines of the result. It depends on the shapes only, so that the order of the sum does.
struct GradientCut {
  std::int64_t sums, lines;  ///< pieces of the rows; lines of the result in a task
};

/// A few lines, of a number that suits oneDNN's inner loop, and long sums in two halves.
GradientCut cut_for_library(std::int64_t rows, std::int64_t out) {
  constexpr std::int64_t kPieces = 4, kStep = 8, kLongSum = 1024;
  return {rows < kLongSum ? 1 : 2, (out + kPieces * kStep - 1) / (kPieces * kStep) * kStep};
}
/// All lines, since each task packs its rows: as many sums as are worth adding up.
GradientCut cut_for_parts(std::int64_t rows, std::int64_t out) {
  return {rows < 2048 ? 2 : rows < 8192 ? 4 : 8, out};
}

/// grad_weight [out, in] = gradient^T x; the sums of the pieces are added in order.
template <class T>
void weight_gradient(const T* gradient, const T* x, std::int64_t rows, std::int64_t out,
                     std::int64_t in, Tensor& grad_weight) {
  const bool parts =
      std::is_same_v<T, float> && rows >= FloatProduct::kLeastRows && in_parts(out, in);
  const auto [sums, lines] = parts ? cut_for_parts(rows, out) : cut_for_library(rows, out);
  const std::int64_t length = (rows + sums - 1) / sums, pieces = (out + lines - 1) / lines;
  Tensor rest = sums > 1 ? Tensor::empty({sums - 1, out * in}, grad_weight.dtype()) : Tensor();
  T* const total = write<T>(grad_weight);
  T* const later = write<T>(rest);
  parallel_blocks(sums * pieces, 1,
                  [&, sums = sums, lines = lines](std::int64_t task, std::int64_t) {
                    const std::int64_t sum = task / pieces, first = task % pieces * lines;
                    const std::int64_t begin = std::min(rows, sum * length),
                                       end = std::min(rows, begin + length);
                    T* const result = sum == 0 ? total : later + (sum - 1) * out * in;
                    if constexpr (std::is_same_v<T, float>) {
                      if (parts)
                        return multiply_rows_in_parts(gradient + begin * out, x + begin * in,
                                                      result, end - begin, out, in);
                    }
                    multiply_rows(gradient + begin * out, x + begin * in, result, end - begin, out,
                                  in, first, std::min(out, first + lines));
                  });
  if (sums == 1) return;
  parallel_blocks(out * in, kBlockElements, [&, sums = sums](std::int64_t begin, std::int64_t end) {
    for (std::int64_t sum = 1; sum < sums; ++sum)
      loops<T>().add(total + begin, later + (sum - 1) * out * in + begin, total + begin,
                     end - begin);
  });
}

}  // namespace

void CpuBackend::linear(const Tensor& x, const Tensor& weight, const Tensor& bias, bool relu,
                        Tensor& out) {
  const std::int64_t in = weight.cols(), width = weight.rows();
  with_values(x, [&]<class T>() {
    const Product<T> product(read<T>(weight), true, width, in, x.rows(), read<T>(bias), relu);
    product_cut(x.rows()).for_each([&](std::int64_t, std::int64_t begin, std::int64_t end) {
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
    product_cut(map.rows).for_each([&](std::int64_t, std::int64_t begin, std::int64_t end) {
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
        product_cut(rows), width, [&](std::int64_t begin, std::int64_t end, T* partial) {
          if (output || grad_bias)
            loops<T>().mask_and_sum(slope + begin * width,
                                    output ? read<T>(output) + begin * width : nullptr,
                                    grad_bias ? partial : nullptr, end - begin, width);
          if (grad_x)
            product->multiply(slope + begin * width, write<T>(grad_x) + begin * in, end - begin);
        });
    if (grad_bias) std::copy(bias_sum.begin(), bias_sum.end(), write<T>(grad_bias));
    if (!grad_weight) return;
    if (rows == 0) return fill(grad_weight, 0);
    weight_gradient<T>(slope, read<T>(x), rows, width, in, grad_weight);
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
