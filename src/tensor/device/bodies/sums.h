#pragma once
// Sums in two stages, each partial sum by one index and in a fixed order, in double: the same bits
// on every run, without atomics. Long sums along a row go to `lanes` indices, each of which takes
// every lanes-th column; sums over rows to fixed blocks of rows.
#include "tensor/device/bodies/index.h"

namespace aufbau::device {

/// (row, lane): partial[row, lane] = sum of a[row, d] b[row % b_rows, d] over the lane's columns;
/// b null: of a.
struct DotPart {
  const float *a, *b;
  Index b_rows, D, lanes;
  double* partial;
  AUFBAU_BODY void operator()(Index row, Index lane) const {
    const float* other = b ? b + row % b_rows * D : nullptr;
    double sum = 0;
    for (Index d = lane; d < D; d += lanes)
      sum += static_cast<double>(a[row * D + d]) * (other ? static_cast<double>(other[d]) : 1.0);
    partial[row * lanes + lane] = sum;
  }
};

/// (row, lane): out[row, lane] = sum of in[row, i] over i = lane, lane + lanes, ... below count.
template <class T>
struct Fold {
  const double* in;
  Index count, lanes;
  T* out;
  AUFBAU_BODY void operator()(Index row, Index lane) const {
    double sum = 0;
    for (Index i = lane; i < count; i += lanes) sum += in[row * count + i];
    out[row * lanes + lane] = static_cast<T>(sum);
  }
};

/// (block, d): partial[block, d] = sum over the block's rows of x[row, d] factor[row, d / width];
/// factor null: of x. D = heads * width.
struct ColumnPart {
  const float *x, *factor;
  Index rows, block, D, width;
  double* partial;
  AUFBAU_BODY void operator()(Index b, Index d) const {
    const Index last = smaller(rows, (b + 1) * block), heads = D / width, head = d / width;
    double sum = 0;
    for (Index row = b * block; row < last; ++row) {
      const double value = x[row * D + d];
      sum += factor ? value * factor[row * heads + head] : value;
    }
    partial[b * D + d] = sum;
  }
};

/// (0, d): out[d] = sum over blocks of partial[block, d]
template <class T>
struct ColumnJoin {
  const double* partial;
  Index blocks, D;
  T* out;
  AUFBAU_BODY void operator()(Index, Index d) const {
    double sum = 0;
    for (Index b = 0; b < blocks; ++b) sum += partial[b * D + d];
    out[d] = static_cast<T>(sum);
  }
};

}  // namespace aufbau::device
