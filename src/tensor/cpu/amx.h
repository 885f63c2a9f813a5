#pragma once
#include <cstdint>

namespace aufbau::cpu::amx {

// Products in f32 on the tile unit (AMX), which multiplies bfloat16 and adds in f32. A value is the
// sum of three bfloat16 parts, each rounded, so that the parts hold all its 24 bits; of the nine
// products of parts the six above 2^-24 of the whole are summed. The error is below that of a
// product in f32 (Henry, Tang, Heinecke 2019, "Leveraging the bfloat16 Artificial Intelligence
// Datatype For Higher-Precision Computations"). Values beyond 3.39e38 become NaN, parts below
// 1.2e-38 become 0.

/// Whether this processor has such tiles and the operating system lets this process use them.
bool is_available();

/// A packed operand: panels of 32 lines (rows of the left operand, columns of the right one), each
/// cut into blocks of 32 terms of the sum, each as three parts of two tiles.
constexpr std::int64_t kLines = 32, kTerms = 32, kTileElements = 512, kBlockElements = 3072;

enum class Side { left, right };
enum class Order { lines_first, terms_first };  ///< [lines, terms] or [terms, lines], row-major

/// Elements of a packed operand, two bytes each.
constexpr std::int64_t packed_elements(std::int64_t lines, std::int64_t terms) {
  return (lines + kLines - 1) / kLines * ((terms + kTerms - 1) / kTerms) * kBlockElements;
}

/// Packs `lines` lines of `source`, whose rows are `stride` apart; what is missing in the last
/// panel and block is 0.
void pack(Side side, Order order, const float* source, std::int64_t stride, std::int64_t lines,
          std::int64_t terms, std::uint16_t* packed);

/// c [rows, columns] = left right + bias, then ReLU if asked. With `add`, on top of what c holds.
void multiply(const std::uint16_t* left, const std::uint16_t* right, std::int64_t rows,
              std::int64_t columns, std::int64_t terms, const float* bias, bool relu, bool add,
              float* c);

}  // namespace aufbau::cpu::amx
