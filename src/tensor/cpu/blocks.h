#pragma once
// What the kernel files share: value types, fixed blocks, and sums over blocks.
#include <algorithm>
#include <type_traits>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "tensor/cpu/instruction_set.h"
#include "tensor/tensor.h"

namespace aufbau::cpu {

/// Calls body.template operator()<T>() with the value type of `x`.
template <class Body>
void with_values(const Tensor& x, const Body& body) {
  if (x.dtype() == DType::f32) return body.template operator()<float>();
  if (x.dtype() == DType::f64) return body.template operator()<double>();
  fail(ErrorKind::internal, "cpu", "a kernel got ", name_of(x.dtype()), ", expected f32 or f64");
}

template <class T>
constexpr DType dtype_of() {
  return std::is_same_v<T, float> ? DType::f32 : DType::f64;
}
template <class T>
const T* read(const Tensor& x) {
  return x ? static_cast<const T*>(x.raw()) : nullptr;
}
template <class T>
T* write(Tensor& x) {
  return x ? static_cast<T*>(x.mutable_raw()) : nullptr;
}
inline const std::int32_t* ids(const Tensor& x) { return read<std::int32_t>(x); }

/// Rows per block so that a block of rows of that many columns stays in the second-level cache.
inline std::int64_t block_rows(std::int64_t columns) {
  constexpr std::int64_t kElements = 1 << 16;
  return std::max<std::int64_t>(16, kElements / std::max<std::int64_t>(1, columns));
}
/// Elements per block of an elementwise kernel; a multiple of 64.
constexpr std::int64_t kBlockElements = 1 << 16;

/// A cut of [0, rows) into blocks that depends on nothing else: blocks of one size, and of a
/// smaller one for the last rows, so that threads end together.
struct RowCut {
  std::int64_t rows, block, last_rows = 0, last_block = block;

  std::int64_t begin(std::int64_t index) const {
    return index <= whole() ? index * block : whole() * block + (index - whole()) * last_block;
  }
  std::int64_t end(std::int64_t index) const { return std::min(rows, begin(index + 1)); }
  std::int64_t count() const {
    return whole() + (rows - whole() * block + last_block - 1) / last_block;
  }
  /// Calls body(index, begin, end) for all blocks.
  template <class Body>
  void for_each(const Body& body) const {
    parallel_blocks(count(), 1, [&](std::int64_t index, std::int64_t) {
      body(index, begin(index), end(index));
    });
  }

 private:
  std::int64_t whole() const { return std::max<std::int64_t>(0, rows - last_rows) / block; }
};

/// Sums over the rows of something, computed as one partial sum per block and added in block order.
/// `body(begin, end, partial)` adds to `partial` [width], which starts at zero.
template <class T, class Body>
std::vector<double> sum_over_blocks(const RowCut& cut, std::int64_t width, const Body& body) {
  const std::int64_t blocks = cut.count();
  Tensor partial = Tensor::empty({blocks, width}, dtype_of<T>());
  T* const sums = write<T>(partial);
  cut.for_each([&](std::int64_t block, std::int64_t begin, std::int64_t end) {
    T* const sum = sums + block * width;
    std::fill(sum, sum + width, T{0});
    body(begin, end, sum);
  });
  std::vector<double> total(static_cast<std::size_t>(width));
  for (std::int64_t b = 0; b < blocks; ++b)
    for (std::int64_t d = 0; d < width; ++d) total[d] += sums[b * width + d];
  return total;
}

/// The same for a whole table [K, D]: at most sixteen partial tables.
template <class T, class Body>
void sum_tables(std::int64_t rows, Tensor& table, const Body& body) {
  const std::int64_t block = std::max<std::int64_t>(256, (rows + 15) / 16);
  const std::int64_t partials = (rows + block - 1) / block, size = table.size();
  Tensor partial = Tensor::empty({partials, size}, table.dtype());
  T* sums = write<T>(partial);
  parallel_blocks(rows, block, [&](std::int64_t begin, std::int64_t end) {
    T* sum = sums + begin / block * size;
    std::fill(sum, sum + size, T{0});
    body(begin, end, sum);
  });
  T* total = write<T>(table);
  parallel_blocks(size, 1 << 14, [&](std::int64_t begin, std::int64_t end) {
    std::fill(total + begin, total + end, T{0});
    for (std::int64_t p = 0; p < partials; ++p)
      loops<T>().add(total + begin, sums + p * size + begin, total + begin, end - begin);
  });
}

}  // namespace aufbau::cpu
