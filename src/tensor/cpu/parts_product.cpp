#include "tensor/cpu/parts_product.h"

#include <algorithm>

#include "core/parallel.h"
#include "tensor/cpu/amx.h"
#include "tensor/cpu/instruction_set.h"

namespace aufbau::cpu {

namespace {

/// Recycled memory for a packed operand.
Tensor packed_memory(std::int64_t lines, std::int64_t terms) {
  return Tensor::empty({amx::packed_elements(lines, terms) / 2}, DType::f32);
}
std::uint16_t* elements(Tensor& packed) {
  return static_cast<std::uint16_t*>(packed.mutable_raw());
}
const std::uint16_t* elements(const Tensor& packed) {
  return static_cast<const std::uint16_t*>(packed.raw());
}

}  // namespace

PartsMatrix::PartsMatrix(const float* b, bool transposed, std::int64_t n, std::int64_t k)
    : values_(packed_memory(n, k)), n_(n), k_(k) {
  const auto order = transposed ? amx::Order::lines_first : amx::Order::terms_first;
  const std::int64_t panel = amx::packed_elements(amx::kLines, k);
  std::uint16_t* const packed = elements(values_);
  parallel_blocks(n, amx::kLines, [&](std::int64_t begin, std::int64_t end) {
    amx::pack(amx::Side::right, order, transposed ? b + begin * k : b + begin, transposed ? k : n,
              end - begin, k, packed + begin / amx::kLines * panel);
  });
}

void PartsMatrix::multiply(const float* a, const float* bias, bool relu, float* c,
                           std::int64_t rows) const {
  Tensor left = packed_memory(rows, k_);
  amx::pack(amx::Side::left, amx::Order::lines_first, a, k_, rows, k_, elements(left));
  amx::multiply(elements(left), elements(values_), rows, n_, k_, bias, relu, false, c);
}

void multiply_rows_in_parts(const float* a, const float* b, float* c, std::int64_t rows,
                            std::int64_t m, std::int64_t n) {
  // Both packed operands and c stay in the second-level cache.
  constexpr std::int64_t kChunk = 128;
  Tensor left = packed_memory(m, kChunk), right = packed_memory(n, kChunk);
  for (std::int64_t begin = 0; begin < rows; begin += kChunk) {
    const std::int64_t count = std::min(kChunk, rows - begin);
    amx::pack(amx::Side::left, amx::Order::terms_first, a + begin * m, m, m, count, elements(left));
    amx::pack(amx::Side::right, amx::Order::terms_first, b + begin * n, n, n, count,
              elements(right));
    amx::multiply(elements(left), elements(right), m, n, count, nullptr, false, begin > 0, c);
  }
}

bool in_parts(std::int64_t columns, std::int64_t terms) {
  constexpr std::int64_t kLeast = 64;
  return has_tiles() && columns >= kLeast && terms >= kLeast;
}

}  // namespace aufbau::cpu
