#pragma once
#include <cstdint>

#include "tensor/formulas.h"

namespace aufbau::cpu {

/// The inner loops of the CPU backend, each over a block of rows on one thread. loops.cpp is
/// compiled once per instruction set; `loops()` is the table for this machine. Letters: n elements,
/// D columns; arrays are row-major; `begin, end` is the block of rows and pointers are to the whole
/// array.
template <class T>
struct Loops {
  using Index = std::int64_t;
  using Id = std::int32_t;

  // --- elementwise, n elements; out may be an input
  void (*add)(const T* a, const T* b, T* out, Index n);
  void (*multiply)(const T* a, const T* b, T* out, Index n);
  void (*scale)(const T* x, T factor, T* out, Index n);
  /// out += factor x
  void (*add_scaled)(const T* x, T factor, T* out, Index n);
  void (*relu)(const T* x, T* out, Index n);
  void (*leaky_relu)(const T* x, T slope, T* out, Index n);
  void (*leaky_relu_backward)(const T* gradient, const T* output, T slope, T* out, Index n);
  void (*relu_backward)(const T* gradient, const T* output, T* out, Index n);
  void (*sigmoid)(const T* x, T* out, Index n);
  void (*sigmoid_backward)(const T* gradient, const T* output, T* out, Index n);
  bool (*all_finite)(const T* x, Index n);

  // --- dense; pointers to the first row of the block
  /// out += bias, then ReLU
  void (*bias_relu)(T* out, const T* bias, bool relu, Index rows, Index D);
  /// gradient = 0 where output <= 0 (output may be null); sum += column sums of the result (sum may
  /// be null)
  void (*mask_and_sum)(T* gradient, const T* output, T* sum, Index rows, Index D);
  /// Summed in double: scores and their gradients are differences of such sums.
  double (*dot)(const T* a, const T* b, Index n);
  /// c[i, :] += sum over k of a[i * a_row + k * a_step] * b[k, :], for i < m, k < depth, width
  /// columns
  void (*multiply_add)(const T* a, Index a_row, Index a_step, const T* b, T* c, Index m,
                       Index depth, Index width);

  // --- tables and segments
  void (*embedding_sum)(const Id* codes, const T* const* tables, Index table_count, Index begin,
                        Index end, Index D, T* out);
  void (*sum_rows)(const T* x, const Id* offset, const Id* index, Index begin, Index end, Index D,
                   T* out);
  void (*aggregate)(const T* x, const T* table, const Id* offset, const Id* source, const Id* code,
                    Index begin, Index end, Index D, T* out);
  /// H heads of D columns: out[r] = factor sum over e, h of weight[e,h] (x[source,h] +
  /// table[code,h]); table may be null
  void (*weighted_aggregate)(const T* x, const T* table, const T* weight, const Id* offset,
                             const Id* source, const Id* code, Index begin, Index end, Index H,
                             Index D, T factor, T* out);
  /// out[s,h] = factor sum over the readers of s of weight[entry,h] gradient[row]
  void (*weighted_readers)(const T* gradient, const T* weight, const Id* reverse_offset,
                           const Id* reverse_row, const Id* reverse_entry, Index begin, Index end,
                           Index H, Index D, T factor, T* out);
  /// table[code of entry] += gradient[row], over the entries of the rows
  void (*code_sums)(const T* gradient, const Id* offset, const Id* code, Index begin, Index end,
                    Index D, T* table);
  void (*max_rows)(const T* x, const Id* offset, const Id* source, Index begin, Index end, Index D,
                   T* out, Id* winner);

  // --- normalisation; pointers to the first row of the block, m (multiplicity) may be null. Sums
  // are double: what they are wrong by shifts every row the same way, and gradients further down
  // that cancel over the rows (those of a bias before a BatchNorm) would be nothing else.
  /// sum += column sums of m (x - x[0]), squares += those of m (x - x[0])^2: around the first row,
  /// so that one pass is enough and columns far from zero lose no digits.
  void (*moments)(const T* x, const T* m, Index rows, Index D, double* sum, double* squares);
  /// out = (x - mean) * slope + bias, then ReLU
  void (*normalize)(const T* x, const T* mean, const T* slope, const T* bias, bool relu, Index rows,
                    Index D, T* out);
  /// g = gradient masked by the ReLU; sum += column sums of g, product += those of g * (x - mean)
  void (*normalize_sums)(const T* gradient, const T* x, const T* mean, const T* slope,
                         const T* bias, bool relu, Index rows, Index D, double* sum,
                         double* product);
  /// out = g * slope - m * (constant + (x - mean) * linear); out may be gradient
  void (*normalize_backward)(const T* gradient, const T* x, const T* m, const T* mean,
                             const T* slope, const T* bias, bool relu, const T* constant,
                             const T* linear, Index rows, Index D, T* out);

  /// counter: purpose word, epoch, item; out[i] = draw (4 first + i) <= limit ? 0 : x[i] * factor
  void (*dropout)(const T* x, const std::uint32_t* counter, const std::uint32_t* key,
                  std::uint32_t limit, T factor, Index first, Index n, T* out);

  /// formulas::Adam<T>::move of n elements
  void (*adam)(const formulas::Adam<T>& c, const T* gradient, T* m, T* v, T* p, Index n);

  /// Multiplies and adds in registers, as many steps as asked; returns how many operations that
  /// were.
  double (*multiply_add_chain)(Index steps, T* result);
};

}  // namespace aufbau::cpu
