#include "tensor/ceiling.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <optional>

#include "core/parallel.h"
#include "tensor/best_seconds.h"
#include "tensor/cpu/dnnl.h"
#include "tensor/cpu/instruction_set.h"
#include "tensor/cpu/openmp_threads.h"
#include "tensor/device_ceiling.h"
#include "tensor/tensor.h"

namespace aufbau {

namespace {

constexpr int kTries = 7;

/// Rows of the blocks that threads of ours multiply.
constexpr std::int64_t kBlockRows = 416;

/// The ways through oneDNN to one product.
enum class Route {
  own_threads,   ///< one call, threads of oneDNN
  transposed,    ///< the same as the transposed product, b^T a
  row_blocks,    ///< blocks of rows on threads of ours
  packed_blocks  ///< the same, the weight brought into the order of oneDNN beforehand
};
constexpr Route kRoutes[] = {Route::own_threads, Route::transposed, Route::row_blocks,
                             Route::packed_blocks};

bool can_take(Route route, const GemmShape& shape) {
  if (route == Route::own_threads) return true;
  return shape.transpose_a == (route == Route::transposed);
}

/// Memory for operands, handed out in turns, so that a product finds its own as it does in a step:
/// the left one just written, by the layer before or behind, the right one and the place of the
/// result long out of the caches.
class Operands {
 public:
  explicit Operands(std::span<const GemmShape> shapes) {
    std::int64_t most = 0, all = 0;
    for (const GemmShape& s : shapes) {
      const std::int64_t numbers = s.m * s.k + s.k * s.n + s.m * s.n;
      most = std::max(most, numbers);
      all += numbers;
    }
    // Ordinary values: zeros or denormals could be faster or slower.
    memory_ = Tensor::full({std::max(most, std::clamp(all, kLeastNumbers, kMostNumbers))}, 0.5,
                           DType::f32);
  }
  float* take(std::int64_t count) {
    if (at_ + count > memory_.size()) at_ = 0;
    at_ += count;
    return static_cast<float*>(memory_.mutable_raw()) + at_ - count;
  }
  float* take_written(std::int64_t count) {
    float* const numbers = take(count);
    parallel_blocks(count, 1 << 16, [&](std::int64_t begin, std::int64_t end) {
      std::fill(numbers + begin, numbers + end, 0.25f);
    });
    return numbers;
  }

 private:
  /// More than fits into caches; no more than is handed out before it is the first one's turn
  /// again.
  static constexpr std::int64_t kLeastNumbers = 1 << 25, kMostNumbers = 1 << 27;
  Tensor memory_;
  std::int64_t at_ = 0;
};

/// Seconds of one product.
double product_seconds(const GemmShape& shape, Route route, Operands& memory) {
  const std::int64_t m = shape.m, n = shape.n, k = shape.k;
  float* const result = memory.take(m * n);
  const float* const right = memory.take(k * n);
  const float* const left = memory.take_written(m * k);
  const std::int64_t left_columns = shape.transpose_a ? m : k;
  const std::int64_t right_columns = shape.transpose_b ? k : n;
  const auto rows_product = [&](std::int64_t begin, std::int64_t end) {
    cpu::gemm(false, shape.transpose_b, end - begin, n, k, left + begin * k, k, right,
              right_columns, 0, result + begin * n, n);
  };
  std::optional<cpu::PackedMatrix> packed;
  if (route == Route::packed_blocks) packed.emplace(right, shape.transpose_b, n, k, false, false);
  const auto start = std::chrono::steady_clock::now();
  switch (route) {
    case Route::own_threads:
      cpu::gemm(shape.transpose_a, shape.transpose_b, m, n, k, left, left_columns, right,
                right_columns, 0, result, n);
      break;
    case Route::transposed:
      cpu::gemm(!shape.transpose_b, !shape.transpose_a, n, m, k, right, right_columns, left,
                left_columns, 0, result, m);
      break;
    case Route::row_blocks:
      parallel_blocks(m, kBlockRows, rows_product);
      break;
    case Route::packed_blocks:
      parallel_blocks(m, cpu::PackedMatrix::kRows, [&](std::int64_t begin, std::int64_t end) {
        packed->multiply(left + begin * k, nullptr, result + begin * n, end - begin);
      });
      break;
  }
  return seconds_since(start);
}

}  // namespace

std::vector<GemmShape> linear_products(std::int64_t rows, std::int64_t in, std::int64_t out,
                                       bool input_gradient) {
  std::vector<GemmShape> shapes = {{false, true, rows, out, in}, {true, false, out, in, rows}};
  if (input_gradient) shapes.push_back({false, false, rows, in, out});
  return shapes;
}

double gemm_seconds(std::span<const GemmShape> shapes, Device device) {
  return device == Device{} ? gemm_seconds(shapes) : device_gemm_seconds(shapes, device);
}

double gemm_seconds(std::span<const GemmShape> shapes) {
  const cpu::OpenMpThreads all(thread_count());
  Operands memory(shapes);
  std::vector<double> best(shapes.size(), 1e300);
  for (const Route route : kRoutes)
    for (std::size_t i = 0; i < shapes.size(); ++i) {
      if (shapes[i].m * shapes[i].n * shapes[i].k == 0) best[i] = 0;
      if (best[i] > 0 && can_take(route, shapes[i]))
        best[i] = std::min(best[i], product_seconds(shapes[i], route, memory));
    }
  return std::accumulate(best.begin(), best.end(), 0.0);
}

double copy_bandwidth(Device device) {
  if (device != Device{}) return device_copy_bandwidth(device);
  constexpr std::int64_t kBytes = std::int64_t{128} << 20, kBlock = 1 << 20;
  const Tensor from = Tensor::zeros({kBytes / 4}, DType::f32);
  Tensor to = Tensor::zeros({kBytes / 4}, DType::f32);
  const double seconds = best_seconds(kTries, [&] {
    parallel_blocks(kBytes, kBlock, [&](std::int64_t begin, std::int64_t end) {
      std::memcpy(static_cast<char*>(to.mutable_raw()) + begin,
                  static_cast<const char*>(from.raw()) + begin,
                  static_cast<std::size_t>(end - begin));
    });
  });
  return 2.0 * kBytes / seconds;
}

double fma_peak() {
  constexpr std::int64_t kSteps = 1 << 20;
  const std::int64_t blocks = thread_count();
  std::vector<double> operations(static_cast<std::size_t>(blocks));
  std::vector<float> results(static_cast<std::size_t>(blocks));
  const double seconds = best_seconds(kTries, [&] {
    parallel_blocks(blocks, 1, [&](std::int64_t begin, std::int64_t) {
      operations[begin] = cpu::loops<float>().multiply_add_chain(kSteps, &results[begin]);
    });
  });
  double total = 0;
  for (const double count : operations) total += count;
  return total / seconds;
}

}  // namespace aufbau
