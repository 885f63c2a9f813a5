#pragma once
// Gradients of tables are sums over rows by code: one partial table per block of rows, then the
// partial tables in block order.
#include "tensor/device/bodies/index.h"

namespace aufbau::device {

/// (row, d): out[row, d] = sum over the tables of table[code, d]; `more` adds to what is there.
struct EmbeddingSum {
  static constexpr int kTables = 8;
  const Id* codes;  ///< of the first of these tables
  Index code_columns;
  const float* table[kTables];
  Index known[kTables];
  int tables;
  bool more;
  Index D;
  float* out;
  Id* flag;
  AUFBAU_BODY void operator()(Index row, Index d) const {
    float sum = more ? out[row * D + d] : 0.0f;
    for (int c = 0; c < tables; ++c) {
      const Id code = codes[row * code_columns + c];
      if (code < 0 || code >= known[c]) {
        raise(flag);
      } else {
        sum += table[c][code * D + d];
      }
    }
    out[row * D + d] = sum;
  }
};

/// (block, d): partial[block, codes[row]] += gradient[row] over the block's rows. A code that is no
/// row of the table was reported by the forward pass.
struct EmbeddingPart {
  const Id* codes;  ///< of the column
  Index code_columns;
  const float* gradient;
  Index rows, block, K, D;
  float* partial;
  AUFBAU_BODY void operator()(Index b, Index d) const {
    float* table = partial + b * K * D + d;
    for (Index k = 0; k < K; ++k) table[k * D] = 0;
    const Index last = smaller(rows, (b + 1) * block);
    for (Index row = b * block; row < last; ++row) {
      const Id code = codes[row * code_columns];
      if (code >= 0 && code < K) table[code * D] += gradient[row * D + d];
    }
  }
};

/// (block, d): partial[block, code[e]] += gradient[row], over the entries e of the block's rows;
/// with weights [E, H], D = H width columns: times factor weight[e, d / width], gradient having
/// `width` columns; per_entry: of gradient[e], which has D columns.
struct CodePart {
  const float* gradient;
  const Id *offset, *code;
  const float* weight;
  float factor;
  bool per_entry;
  Index rows, block, K, D, width;
  float* partial;
  AUFBAU_BODY void operator()(Index b, Index d) const {
    float* table = partial + b * K * D + d;
    for (Index k = 0; k < K; ++k) table[k * D] = 0;
    const Index last = smaller(rows, (b + 1) * block);
    const Index heads = D / width, head = d / width, column = d % width;
    for (Index row = b * block; row < last; ++row) {
      for (Index e = offset[row]; e < offset[row + 1]; ++e) {
        const float value = gradient[(per_entry ? e : row) * width + column];
        table[code[e] * D] += weight ? factor * weight[e * heads + head] * value : value;
      }
    }
  }
};

/// (0, i): element i of the table
struct TableJoin {
  const float* partial;
  Index blocks, size;
  float* out;
  AUFBAU_BODY void operator()(Index, Index i) const {
    float sum = 0;
    for (Index b = 0; b < blocks; ++b) sum += partial[b * size + i];
    out[i] = sum;
  }
};

}  // namespace aufbau::device
