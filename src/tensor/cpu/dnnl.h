#pragma once
#include <cstdint>
#include <memory>

namespace aufbau::cpu {

/// c = op(a) op(b) + beta c in f32 on as many threads as OpenMP gives the caller: one inside
/// parallel_blocks. Row-major; op(a): [m, k], op(b): [k, n], c: [m, n]; lda, ldb, ldc: columns of
/// the arrays as stored.
void gemm(bool transpose_a, bool transpose_b, std::int64_t m, std::int64_t n, std::int64_t k,
          const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float beta, float* c,
          std::int64_t ldc);

/// A matrix b [k, n] in the order that oneDNN likes best, for products with blocks of rows, each
/// computed by one thread.
class PackedMatrix {
 public:
  /// Rows of a block: so many that a product is near its best speed, so few that threads end
  /// together.
  static constexpr std::int64_t kRows = 96;

  /// `transposed`: b is stored as [n, k]. Packs on thread_count() threads. What a product of this
  /// shape needs is planned once per process.
  PackedMatrix(const float* b, bool transposed, std::int64_t n, std::int64_t k, bool has_bias,
               bool relu);
  ~PackedMatrix();
  PackedMatrix(PackedMatrix&&) noexcept;
  PackedMatrix& operator=(PackedMatrix&&) noexcept;
  /// c[rows, n] = a[rows, k] b + bias, then ReLU if asked, for at most kRows rows; from any thread.
  void multiply(const float* a, const float* bias, float* c, std::int64_t rows) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Version of the library in use, for `version_json`.
const char* dnnl_version_text();

}  // namespace aufbau::cpu
