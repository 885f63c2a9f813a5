#pragma once
#include <cstdint>

namespace aufbau::cpu {

/// c = op(a) op(b) + beta c in f32 on as many threads as OpenMP gives the caller: one inside
/// parallel_blocks. Row-major; op(a): [m, k], op(b): [k, n], c: [m, n]; lda, ldb, ldc: columns of
/// the arrays as stored.
void gemm(bool transpose_a, bool transpose_b, std::int64_t m, std::int64_t n, std::int64_t k,
          const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float beta, float* c,
          std::int64_t ldc);

/// Version of the library in use, for `version_json`.
const char* dnnl_version_text();

}  // namespace aufbau::cpu
