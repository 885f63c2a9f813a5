#include "tensor/ceiling.h"

#include <omp.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "core/parallel.h"
#include "tensor/cpu/dnnl.h"
#include "tensor/cpu/instruction_set.h"
#include "tensor/tensor.h"

namespace aufbau {

namespace {

/// Gives OpenMP regions outside parallel_blocks, such as those of oneDNN, thread_count() threads.
class OpenMpThreads {
 public:
  OpenMpThreads() : before_(omp_get_max_threads()) { omp_set_num_threads(thread_count()); }
  ~OpenMpThreads() { omp_set_num_threads(before_); }
  OpenMpThreads(const OpenMpThreads&) = delete;
  OpenMpThreads& operator=(const OpenMpThreads&) = delete;

 private:
  int before_;
};

constexpr int kTries = 7;

template <class Body>
double best_seconds(const Body& body) {
  using Clock = std::chrono::steady_clock;
  body();  // pages, caches and primitives
  double best = 1e300;
  for (int i = 0; i < kTries; ++i) {
    const auto start = Clock::now();
    body();
    best = std::min(best, std::chrono::duration<double>(Clock::now() - start).count());
  }
  return best;
}

double product_seconds(const GemmShape& shape) {
  const bool transpose_a = shape.transpose_a, transpose_b = shape.transpose_b;
  const std::int64_t m = shape.m, n = shape.n, k = shape.k;
  // Ordinary values: zeros or denormals could be faster or slower.
  const Tensor a = Tensor::full({m * k}, 0.5, DType::f32),
               b = Tensor::full({k * n}, 0.25, DType::f32);
  Tensor c = Tensor::zeros({m * n}, DType::f32);
  const auto* left = static_cast<const float*>(a.raw());
  const auto* right = static_cast<const float*>(b.raw());
  auto* result = static_cast<float*>(c.mutable_raw());
  const auto run_gemm = [&] {
    cpu::gemm(transpose_a, transpose_b, m, n, k, left, transpose_a ? m : k, right,
              transpose_b ? k : n, 0, result, n);
  };
  double best = best_seconds(run_gemm);
  if (transpose_a) {
    // The same product as its transpose: b^T a.
    best = std::min(best, best_seconds([&] {
                      cpu::gemm(!transpose_b, false, n, m, k, right, transpose_b ? k : n, left, m,
                                0, result, m);
                    }));
    return best;
  }
  constexpr std::int64_t kRows = 208;
  const auto blocks = [&](std::int64_t rows, const auto& multiply) {
    parallel_blocks(m, rows, [&](std::int64_t begin, std::int64_t end) {
      multiply(end - begin, left + begin * k, result + begin * n);
    });
  };
  const auto plain = [&](std::int64_t rows, const float* from, float* to) {
    cpu::gemm(false, transpose_b, rows, n, k, from, k, right, transpose_b ? k : n, 0, to, n);
  };
  const cpu::PackedMatrix packed(right, transpose_b, kRows, n, k, false, false);
  best = std::min(best, best_seconds([&] { blocks(2 * kRows, plain); }));
  best = std::min(best, best_seconds([&] {
                    blocks(kRows, [&](std::int64_t rows, const float* from, float* to) {
                      if (rows == kRows) return packed.multiply(from, nullptr, to);
                      plain(rows, from, to);
                    });
                  }));
  return best;
}

}  // namespace

std::vector<GemmShape> linear_products(std::int64_t rows, std::int64_t in, std::int64_t out,
                                       bool input_gradient) {
  std::vector<GemmShape> shapes = {{false, true, rows, out, in}, {true, false, out, in, rows}};
  if (input_gradient) shapes.push_back({false, false, rows, in, out});
  return shapes;
}

double gemm_seconds(std::span<const GemmShape> shapes) {
  const OpenMpThreads scope;
  std::vector<std::pair<GemmShape, double>> measured;
  double total = 0;
  for (const GemmShape& shape : shapes) {
    if (shape.m * shape.n * shape.k == 0) continue;
    auto known = std::find_if(measured.begin(), measured.end(),
                              [&](const auto& entry) { return entry.first == shape; });
    if (known == measured.end())
      known = measured.insert(measured.end(), {shape, product_seconds(shape)});
    total += known->second;
  }
  return total;
}

double copy_bandwidth() {
  constexpr std::int64_t kBytes = std::int64_t{128} << 20, kBlock = 1 << 20;
  const Tensor from = Tensor::zeros({kBytes / 4}, DType::f32);
  Tensor to = Tensor::zeros({kBytes / 4}, DType::f32);
  const double seconds = best_seconds([&] {
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
  const double seconds = best_seconds([&] {
    parallel_blocks(blocks, 1, [&](std::int64_t begin, std::int64_t) {
      operations[begin] = cpu::loops<float>().multiply_add_chain(kSteps, &results[begin]);
    });
  });
  double total = 0;
  for (const double count : operations) total += count;
  return total / seconds;
}

}  // namespace aufbau
