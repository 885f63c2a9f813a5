#pragma once
#include <cstdint>

#include "tensor/tensor.h"

namespace aufbau::cpu {

/// Whether products in f32 of that many columns and terms are computed in bfloat16 parts (amx.h):
/// on processors with AMX, where padding to tiles is small.
bool in_parts(std::int64_t columns, std::int64_t terms);

/// A matrix b [k, n] in parts, for products with blocks of rows, each computed by one thread.
class PartsMatrix {
 public:
  /// `transposed`: b is stored as [n, k]. Packs on thread_count() threads.
  PartsMatrix(const float* b, bool transposed, std::int64_t n, std::int64_t k);
  /// c [rows, n] = a [rows, k] b + bias (may be null), then ReLU if asked; from any thread.
  void multiply(const float* a, const float* bias, bool relu, float* c, std::int64_t rows) const;

 private:
  Tensor values_;
  std::int64_t n_, k_;
};

/// c [m, n] = a^T b over the rows of a [rows, m] and b [rows, n], on one thread.
void multiply_rows_in_parts(const float* a, const float* b, float* c, std::int64_t rows,
                            std::int64_t m, std::int64_t n);

}  // namespace aufbau::cpu
