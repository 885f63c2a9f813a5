#include "tensor/cpu/backend_cpu.h"
#include "tensor/cpu/blocks.h"

namespace aufbau::cpu {

namespace {

/// Codes come from files: each is compared with its table before it is used.
void check_codes(const Tensor& codes, std::span<const Tensor> tables, std::int64_t begin,
                 std::int64_t end) {
  const auto columns = static_cast<std::int64_t>(tables.size());
  for (std::int64_t c = 0; c < columns; ++c) {
    const std::int64_t known = tables[c].rows();
    for (std::int64_t r = begin; r < end; ++r) {
      const std::int32_t code = ids(codes)[r * columns + c];
      if (code < 0 || code >= known)
        fail(ErrorKind::internal, "embedding_sum", "code ", code, " in row ", r, ", column ", c,
             "; expected 0 to ", known - 1);
    }
  }
}

}  // namespace

void CpuBackend::embedding_sum(const Tensor& codes, std::span<const Tensor> tables, Tensor& out) {
  with_values(out, [&]<class T>() {
    std::vector<const T*> values;
    for (const Tensor& table : tables) values.push_back(read<T>(table));
    const std::int64_t D = out.cols();
    parallel_blocks(out.rows(), block_rows(D), [&](std::int64_t begin, std::int64_t end) {
      check_codes(codes, tables, begin, end);
      loops<T>().embedding_sum(ids(codes), values.data(), static_cast<std::int64_t>(values.size()),
                               begin, end, D, write<T>(out));
    });
  });
}

void CpuBackend::embedding_backward(const Tensor& codes, std::int64_t column,
                                    const Tensor& gradient, Tensor& grad_table) {
  with_values(gradient, [&]<class T>() {
    const std::int64_t D = gradient.cols(), columns = codes.cols();
    sum_tables<T>(gradient.rows(), grad_table, [&](std::int64_t begin, std::int64_t end, T* table) {
      for (std::int64_t r = begin; r < end; ++r) {
        T* sum = table + ids(codes)[r * columns + column] * D;
        loops<T>().add(sum, read<T>(gradient) + r * D, sum, D);
      }
    });
  });
}

}  // namespace aufbau::cpu
