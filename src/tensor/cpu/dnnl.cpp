#include "tensor/cpu/dnnl.h"

#include <dnnl.h>

#include <string>

#include "core/error.h"

namespace aufbau::cpu {

void gemm(bool transpose_a, bool transpose_b, std::int64_t m, std::int64_t n, std::int64_t k,
          const float* a, std::int64_t lda, const float* b, std::int64_t ldb, float beta, float* c,
          std::int64_t ldc) {
  const dnnl_status_t status = dnnl_sgemm(transpose_a ? 'T' : 'N', transpose_b ? 'T' : 'N', m, n, k,
                                          1.0f, a, lda, b, ldb, beta, c, ldc);
  if (status == dnnl_out_of_memory)
    fail(ErrorKind::resource, "oneDNN", "out of memory in a product of ", m, " x ", k, " x ", n);
  if (status != dnnl_success)
    fail(ErrorKind::internal, "oneDNN", "a product of ", m, " x ", k, " x ", n,
         " failed with status ", static_cast<int>(status));
}

const char* dnnl_version_text() {
  static const std::string text = [] {
    const dnnl_version_t* version = dnnl_version();
    return std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
           std::to_string(version->patch);
  }();
  return text.c_str();
}

}  // namespace aufbau::cpu
