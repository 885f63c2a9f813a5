#include <cmath>

#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"

namespace aufbau::cpu {

namespace {

template <class T>
const T* multiplicity_at(const Tensor& multiplicity, std::int64_t row) {
  return multiplicity ? read<T>(multiplicity) + row : nullptr;
}

double total_count(const Tensor& multiplicity, std::int64_t rows) {
  if (!multiplicity) return static_cast<double>(rows);
  double count = 0;
  with_values(multiplicity, [&]<class T>() {
    for (std::int64_t r = 0; r < rows; ++r) count += read<T>(multiplicity)[r];
  });
  return count;
}

/// (x - mean) * slope + bias per column, for loops that work in T. What rounding leaves of a mean
/// goes into the bias: where columns lie far from zero, it would shift all their rows the same way.
template <class T>
struct Line {
  std::vector<T> mean, slope, bias;
  std::vector<double> rest;  ///< of the mean

  Line(const Tensor& exact_mean, const Tensor& inverse_deviation, const Tensor& weight,
       const Tensor& shift)
      : mean(static_cast<std::size_t>(weight.size())), slope(mean), bias(mean), rest(mean.size()) {
    const std::vector<double> exact = exact_mean.to_doubles();
    for (std::size_t d = 0; d < mean.size(); ++d) {
      mean[d] = static_cast<T>(exact[d]);
      rest[d] = exact[d] - mean[d];
      slope[d] = read<T>(weight)[d] * read<T>(inverse_deviation)[d];
      bias[d] = static_cast<T>(read<T>(shift)[d] - rest[d] * slope[d]);
    }
  }
};

}  // namespace

void CpuBackend::batch_moments(const Tensor& x, const Tensor& multiplicity, double eps,
                               double momentum, Tensor& mean, Tensor& inverse_deviation,
                               Tensor& running_mean, Tensor& running_var) {
  with_values(x, [&]<class T>() {
    const std::int64_t rows = x.rows(), D = x.cols(), block = block_rows(D);
    const std::int64_t blocks = (rows + block - 1) / block;
    // Per block: its mean and its sum of squares around that mean.
    Tensor means = Tensor::empty({blocks, D}, DType::f64),
           all_squares = Tensor::empty(means.shape(), DType::f64);
    double *block_mean = write<double>(means), *block_squares = write<double>(all_squares);
    std::vector<double> block_count(static_cast<std::size_t>(blocks));
    parallel_blocks(rows, block, [&](std::int64_t begin, std::int64_t end) {
      const std::int64_t b = begin / block;
      double *average = block_mean + b * D, *squares = block_squares + b * D;
      std::fill(average, average + D, 0.0), std::fill(squares, squares + D, 0.0);
      const T* m = multiplicity_at<T>(multiplicity, begin);
      double count = static_cast<double>(end - begin);
      if (m) {
        count = 0;
        for (std::int64_t r = 0; r < end - begin; ++r) count += m[r];
      }
      const T* first = read<T>(x) + begin * D;
      loops<T>().moments(first, m, end - begin, D, average, squares);
      for (std::int64_t d = 0; d < D && count > 0; ++d) {
        const double apart = average[d] / count;
        const double rest = squares[d] - average[d] * apart;
        squares[d] = rest < 0 ? 0 : rest;  // a NaN stays
        average[d] = first[d] + apart;
      }
      block_count[b] = count;
    });

    // Blocks are joined in double (Chan, Golub and LeVeque 1979).
    double count = 0;
    std::vector<double> average(static_cast<std::size_t>(D)), squares(average);
    for (std::int64_t b = 0; b < blocks; ++b) {
      if (block_count[b] == 0) continue;
      const double both = count + block_count[b], share = block_count[b] / both;
      for (std::int64_t d = 0; d < D; ++d) {
        const double apart = block_mean[b * D + d] - average[d];
        average[d] += apart * share;
        squares[d] += block_squares[b * D + d] + apart * apart * count * share;
      }
      count = both;
    }

    for (std::int64_t d = 0; d < D; ++d) {
      const double variance = count > 0 ? squares[d] / count : 0;
      write<double>(mean)[d] = average[d];
      write<T>(inverse_deviation)[d] = static_cast<T>(1 / std::sqrt(variance + eps));
      if (count < 2 || !running_mean) continue;
      T& slow_mean = write<T>(running_mean)[d];
      T& slow_var = write<T>(running_var)[d];
      slow_mean = static_cast<T>((1 - momentum) * slow_mean + momentum * average[d]);
      slow_var = static_cast<T>((1 - momentum) * slow_var + momentum * squares[d] / (count - 1));
    }
  });
}

void CpuBackend::inverse_deviation(const Tensor& variance, double eps, Tensor& out) {
  with_values(variance, [&]<class T>() {
    for (std::int64_t d = 0; d < variance.size(); ++d)
      write<T>(out)[d] = static_cast<T>(1 / std::sqrt(read<T>(variance)[d] + eps));
  });
}

void CpuBackend::normalize(const Tensor& x, const Tensor& mean, const Tensor& inverse_deviation,
                           const Tensor& weight, const Tensor& bias, bool relu, Tensor& out) {
  with_values(x, [&]<class T>() {
    const std::int64_t D = x.cols();
    const Line<T> line(mean, inverse_deviation, weight, bias);
    parallel_blocks(x.rows(), block_rows(D), [&](std::int64_t begin, std::int64_t end) {
      loops<T>().normalize(read<T>(x) + begin * D, line.mean.data(), line.slope.data(),
                           line.bias.data(), relu, end - begin, D, write<T>(out) + begin * D);
    });
  });
}

void CpuBackend::normalize_backward(const Tensor& gradient, const Tensor& x,
                                    const Tensor& multiplicity, const Tensor& mean,
                                    const Tensor& inverse_deviation, const Tensor& weight,
                                    const Tensor& bias, bool relu, bool through_moments,
                                    Tensor& grad_x, Tensor& grad_weight, Tensor& grad_bias) {
  with_values(x, [&]<class T>() {
    const std::int64_t rows = x.rows(), D = x.cols(), block = block_rows(D);
    const Line<T> line(mean, inverse_deviation, weight, bias);
    // [sum of g, sum of g (x - mean)] side by side, g being the gradient masked by the ReLU.
    const std::vector<double> sums = sum_over_blocks<double>(
        RowCut{rows, block}, 2 * D, [&](std::int64_t begin, std::int64_t end, double* partial) {
          loops<T>().normalize_sums(read<T>(gradient) + begin * D, read<T>(x) + begin * D,
                                    line.mean.data(), line.slope.data(), line.bias.data(), relu,
                                    end - begin, D, partial, partial + D);
        });

    // d loss / d x = slope (g - m/M sum g - m/M (x - mean) / variance sum g (x - mean))
    const double count = total_count(multiplicity, rows);
    std::vector<T> constant(static_cast<std::size_t>(D)), linear(constant);
    for (std::int64_t d = 0; d < D; ++d) {
      const double inverse = read<T>(inverse_deviation)[d];
      const double product = sums[D + d] - line.rest[d] * sums[d];
      if (grad_bias) write<T>(grad_bias)[d] = static_cast<T>(sums[d]);
      if (grad_weight) write<T>(grad_weight)[d] = static_cast<T>(product * inverse);
      if (!through_moments || count == 0) continue;
      const double factor = line.slope[d] * inverse * inverse * product / count;
      constant[d] = static_cast<T>(line.slope[d] * sums[d] / count - line.rest[d] * factor);
      linear[d] = static_cast<T>(factor);
    }
    if (!grad_x) return;
    parallel_blocks(rows, block, [&](std::int64_t begin, std::int64_t end) {
      loops<T>().normalize_backward(read<T>(gradient) + begin * D, read<T>(x) + begin * D,
                                    multiplicity_at<T>(multiplicity, begin), line.mean.data(),
                                    line.slope.data(), line.bias.data(), relu, constant.data(),
                                    linear.data(), end - begin, D, write<T>(grad_x) + begin * D);
    });
  });
}

}  // namespace aufbau::cpu
