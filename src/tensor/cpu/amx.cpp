// Compiled for processors with AMX. As in loops.cpp, nothing here may use inline functions of other
// headers: the linker could keep this file's copy of them.
#include "tensor/cpu/amx.h"

#if defined(__AMX_BF16__)
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace aufbau::cpu::amx {

namespace {

using Index = std::int64_t;
using Words = std::uint16_t;

constexpr int kParts = 3, kTileLines = 16;
constexpr Index kPartElements = 2 * kTileElements, kTileBytes = 64;

/// The compiler does not know that tile instructions read and write memory.
inline void order_memory() { asm volatile("" ::: "memory"); }

inline __mmask16 first_of(Index count) {
  if (count >= 16) return 0xffff;
  return count <= 0 ? __mmask16{0} : static_cast<__mmask16>((1u << count) - 1);
}

/// The three parts of 16 values, each in the upper halves of the result; their sum is x.
inline void split(__m512 x, __m512i* part) {
  const __m512i half = _mm512_set1_epi32(0x8000);
  const __m512i upper = _mm512_set1_epi32(static_cast<int>(0xffff0000u));
  const auto rounded = [&](__m512 v) {
    return _mm512_and_si512(_mm512_add_epi32(_mm512_castps_si512(v), half), upper);
  };
  part[0] = rounded(x);
  const __m512 rest = _mm512_sub_ps(x, _mm512_castsi512_ps(part[0]));
  part[1] = rounded(rest);
  part[2] = _mm512_castps_si512(_mm512_sub_ps(rest, _mm512_castsi512_ps(part[1])));
}

/// 16 x 16 words of 32 bits.
inline void transpose(__m512i* r) {
  __m512i t[16];
  for (int i = 0; i < 8; ++i) {
    t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
    t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  for (int i = 0; i < 4; ++i) {
    t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
    t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
  }
  for (int i = 0; i < 4; ++i) {
    r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
    r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
    r[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
    r[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd);
  }
}

/// The parts of 16 lines x 32 terms as pairs of terms: words[part][line] of 16 pairs each when
/// lines come first, words[part][pair] of 16 lines each otherwise.
template <Order order>
inline void read_pairs(const float* source, Index stride, Index lines, Index terms,
                       __m512i (*words)[kTileLines]) {
  if constexpr (order == Order::lines_first) {
    // The upper halves of two vectors, in order.
    const __m512i odd =
        _mm512_set_epi16(63, 61, 59, 57, 55, 53, 51, 49, 47, 45, 43, 41, 39, 37, 35, 33, 31, 29, 27,
                         25, 23, 21, 19, 17, 15, 13, 11, 9, 7, 5, 3, 1);
    const __mmask16 first = first_of(terms), second = first_of(terms - 16);
#pragma GCC unroll 16
    for (int line = 0; line < kTileLines; ++line) {
      const float* const row = source + line * stride;
      const bool is_here = line < lines;
      __m512i a[kParts], b[kParts];
      split(is_here ? _mm512_maskz_loadu_ps(first, row) : _mm512_setzero_ps(), a);
      split(is_here ? _mm512_maskz_loadu_ps(second, row + 16) : _mm512_setzero_ps(), b);
      for (int part = 0; part < kParts; ++part)
        words[part][line] = _mm512_permutex2var_epi16(a[part], odd, b[part]);
    }
  } else {
    const __m512i upper = _mm512_set1_epi32(static_cast<int>(0xffff0000u));
    const __mmask16 here = first_of(lines);
#pragma GCC unroll 16
    for (int pair = 0; pair < kTileLines; ++pair) {
      const float* const row = source + 2 * pair * stride;
      __m512i a[kParts], b[kParts];
      split(2 * pair < terms ? _mm512_maskz_loadu_ps(here, row) : _mm512_setzero_ps(), a);
      split(2 * pair + 1 < terms ? _mm512_maskz_loadu_ps(here, row + stride) : _mm512_setzero_ps(),
            b);
      for (int part = 0; part < kParts; ++part)
        words[part][pair] =
            _mm512_or_si512(_mm512_srli_epi32(a[part], 16), _mm512_and_si512(b[part], upper));
    }
  }
}

/// One block. A tile of the left operand has a line in each row, one of the right operand a pair of
/// terms.
template <Side side, Order order>
inline void pack_block(const float* source, Index stride, Index lines, Index terms, Words* packed) {
  constexpr bool kTransposed = (side == Side::left) != (order == Order::lines_first);
  for (Index tile = 0; tile < 2; ++tile) {
    const Index line = tile * kTileLines, rest = line < lines ? lines - line : 0;
    const float* const at = rest == 0                     ? source
                            : order == Order::lines_first ? source + line * stride
                                                          : source + line;
    __m512i words[kParts][kTileLines];
    read_pairs<order>(at, stride, rest, terms, words);
    for (int part = 0; part < kParts; ++part) {
      if constexpr (kTransposed) transpose(words[part]);
      Words* const out = packed + part * kPartElements + tile * kTileElements;
      for (int row = 0; row < kTileLines; ++row)
        _mm512_storeu_si512(out + row * 32, words[part][row]);
    }
  }
}

/// Block by block in the order of the source's rows, which the prefetcher follows.
template <Side side, Order order>
void pack_as(const float* source, Index stride, Index lines, Index terms, Words* packed) {
  const Index panel = (terms + kTerms - 1) / kTerms * kBlockElements;
  const auto pack_at = [&](Index line, Index term) {
    const float* const at =
        source + (order == Order::lines_first ? line * stride + term : term * stride + line);
    pack_block<side, order>(at, stride, lines - line, terms - term,
                            packed + line / kLines * panel + term / kTerms * kBlockElements);
  };
  if constexpr (order == Order::lines_first) {
    for (Index line = 0; line < lines; line += kLines)
      for (Index term = 0; term < terms; term += kTerms) pack_at(line, term);
  } else {
    for (Index term = 0; term < terms; term += kTerms)
      for (Index line = 0; line < lines; line += kLines) pack_at(line, term);
  }
}

struct alignas(64) TileShapes {
  std::uint8_t palette = 1, start_row = 0, reserved[14] = {};
  std::uint16_t bytes_per_row[16] = {};
  std::uint8_t rows[16] = {};
};

/// Sums of 32 rows x 32 columns on their way to c.
struct Square {
  const float* sums = nullptr;
  float* c = nullptr;
  Index stride = 0, rows = 0, columns = 0;  ///< of c; how many of its rows and columns there are
  const float* bias = nullptr;
  bool relu = false, add = false;
  Index done = 0;  ///< rows already moved
};

/// Moves up to `count` rows of sums to their place in c: bias, ReLU, what c holds.
inline void finish(Square& square, Index count) {
  const Index rest = square.rows - square.done, end = square.done + (count < rest ? count : rest);
  const __mmask16 first = first_of(square.columns), second = first_of(square.columns - 16);
  const __m512 zero = _mm512_setzero_ps();
  const __m512 low = square.bias ? _mm512_maskz_loadu_ps(first, square.bias) : zero;
  const __m512 high = square.bias ? _mm512_maskz_loadu_ps(second, square.bias + 16) : zero;
  for (; square.done < end; ++square.done) {
    const float* const sums = square.sums + square.done * kLines;
    float* const c = square.c + square.done * square.stride;
    __m512 a = _mm512_add_ps(_mm512_loadu_ps(sums), low);
    __m512 b = _mm512_add_ps(_mm512_loadu_ps(sums + 16), high);
    if (square.add) {
      a = _mm512_add_ps(a, _mm512_maskz_loadu_ps(first, c));
      b = _mm512_add_ps(b, _mm512_maskz_loadu_ps(second, c + 16));
    }
    if (square.relu) {  // in this order of operands a NaN passes through
      a = _mm512_max_ps(zero, a);
      b = _mm512_max_ps(zero, b);
    }
    _mm512_mask_storeu_ps(c, first, a);
    _mm512_mask_storeu_ps(c + 16, second, b);
  }
}

/// Sums in tiles 0 to 3, operands in 4 to 7. `two`: both tiles of the right panel are used. The
/// square before is finished in the shadow of the tile unit; its own, read at once, would have to
/// wait for the stores of the tiles.
template <bool two>
void multiply_panels(const Words* left, const Words* right, Index blocks, float* sums,
                     Square& before) {
  constexpr Index kSumBytes = kLines * static_cast<Index>(sizeof(float));
  float* const below = sums + kTileLines * kLines;
  const Index share = (kLines + blocks - 1) / blocks;
  order_memory();
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
#define AUFBAU_LOAD_LEFT(part)                             \
  _tile_loadd(4, left + part * kPartElements, kTileBytes); \
  _tile_loadd(5, left + part * kPartElements + kTileElements, kTileBytes)
#define AUFBAU_LOAD_RIGHT(part)                             \
  _tile_loadd(6, right + part * kPartElements, kTileBytes); \
  if constexpr (two) _tile_loadd(7, right + part * kPartElements + kTileElements, kTileBytes)
#define AUFBAU_MULTIPLY()                     \
  _tile_dpbf16ps(0, 4, 6);                    \
  if constexpr (two) _tile_dpbf16ps(1, 4, 7); \
  _tile_dpbf16ps(2, 5, 6);                    \
  if constexpr (two) _tile_dpbf16ps(3, 5, 7)
  for (Index block = 0; block < blocks; ++block, left += kBlockElements, right += kBlockElements) {
    AUFBAU_LOAD_LEFT(0);
    AUFBAU_LOAD_RIGHT(2);
    AUFBAU_MULTIPLY();
    AUFBAU_LOAD_RIGHT(1);
    AUFBAU_MULTIPLY();
    AUFBAU_LOAD_LEFT(1);
    AUFBAU_MULTIPLY();
    AUFBAU_LOAD_RIGHT(0);
    AUFBAU_MULTIPLY();
    AUFBAU_LOAD_LEFT(2);
    AUFBAU_MULTIPLY();
    AUFBAU_LOAD_LEFT(0);
    AUFBAU_MULTIPLY();
    finish(before, share);
  }
#undef AUFBAU_LOAD_LEFT
#undef AUFBAU_LOAD_RIGHT
#undef AUFBAU_MULTIPLY
  _tile_stored(0, sums, kSumBytes);
  _tile_stored(2, below, kSumBytes);
  if constexpr (two) _tile_stored(1, sums + 16, kSumBytes);
  if constexpr (two) _tile_stored(3, below + 16, kSumBytes);
  order_memory();
}

}  // namespace

bool is_available() {
  constexpr unsigned kTiles = 1u << 24, kProducts = 1u << 22;
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  if (!(d & kTiles) || !(d & kProducts)) return false;
  // arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA): Linux 5.16 and later ask for it.
  return syscall(SYS_arch_prctl, 0x1023, 18) == 0;
}

void pack(Side side, Order order, const float* source, Index stride, Index lines, Index terms,
          Words* packed) {
  if (side == Side::left) {
    if (order == Order::lines_first)
      pack_as<Side::left, Order::lines_first>(source, stride, lines, terms, packed);
    else
      pack_as<Side::left, Order::terms_first>(source, stride, lines, terms, packed);
  } else if (order == Order::lines_first) {
    pack_as<Side::right, Order::lines_first>(source, stride, lines, terms, packed);
  } else {
    pack_as<Side::right, Order::terms_first>(source, stride, lines, terms, packed);
  }
}

void multiply(const Words* left, const Words* right, Index rows, Index columns, Index terms,
              const float* bias, bool relu, bool add, float* c) {
  TileShapes shapes;
  for (int tile = 0; tile < 8; ++tile) shapes.bytes_per_row[tile] = 64, shapes.rows[tile] = 16;
  order_memory();
  _tile_loadconfig(&shapes);
  const Index blocks = (terms + kTerms - 1) / kTerms;
  alignas(64) float sums[2][kLines * kLines];
  int turn = 0;
  Square square;
  for (Index column = 0; column < columns; column += kLines, right += blocks * kBlockElements) {
    const Index width = columns - column < kLines ? columns - column : kLines;
    const Words* panel = left;
    for (Index row = 0; row < rows; row += kLines, panel += blocks * kBlockElements) {
      if (width > kTileLines)
        multiply_panels<true>(panel, right, blocks, sums[turn], square);
      else
        multiply_panels<false>(panel, right, blocks, sums[turn], square);
      square = {.sums = sums[turn],
                .c = c + row * columns + column,
                .stride = columns,
                .rows = rows - row < kLines ? rows - row : kLines,
                .columns = width,
                .bias = bias ? bias + column : nullptr,
                .relu = relu,
                .add = add};
      turn ^= 1;
    }
  }
  finish(square, kLines);
  _tile_release();
}

}  // namespace aufbau::cpu::amx

#else  // a family of processors without such tiles: the rest is never called

namespace aufbau::cpu::amx {
bool is_available() { return false; }
void pack(Side, Order, const float*, std::int64_t, std::int64_t, std::int64_t, std::uint16_t*) {}
void multiply(const std::uint16_t*, const std::uint16_t*, std::int64_t, std::int64_t, std::int64_t,
              const float*, bool, bool, float*) {}
}  // namespace aufbau::cpu::amx

#endif
