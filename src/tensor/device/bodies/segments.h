#pragma once
// Rows that read other rows (tensor/row_map.h). Index (row, column) unless said; a sum runs over
// the entries of the row in their order, as on the CPU.
#include "tensor/device/bodies/index.h"

namespace aufbau::device {

struct SegmentSum {
  const float* x;
  const Id *offset, *index;
  Index D;
  float* out;
  AUFBAU_BODY void operator()(Index row, Index d) const {
    float sum = 0;
    for (Id e = offset[row]; e < offset[row + 1]; ++e) sum += x[index[e] * D + d];
    out[row * D + d] = sum;
  }
};

struct DivideByCount {
  const float* x;
  const Id* offset;
  Index D;
  float* out;
  AUFBAU_BODY void operator()(Index row, Index d) const {
    const Id count = offset[row + 1] - offset[row];
    out[row * D + d] = x[row * D + d] * (1.0f / static_cast<float>(count < 1 ? 1 : count));
  }
};

struct Aggregate {
  const float *x, *table;
  const Id *offset, *source, *code;
  Index D;
  float* out;
  AUFBAU_BODY void operator()(Index row, Index d) const {
    float sum = 0;
    for (Id e = offset[row]; e < offset[row + 1]; ++e)
      sum += x[source[e] * D + d] + table[code[e] * D + d];
    out[row * D + d] = sum;
  }
};

/// table may be null
struct WeightedAggregate {
  const float *x, *table, *weight;
  const Id *offset, *source, *code;
  Index H, D;
  float factor;
  float* out;
  AUFBAU_BODY void operator()(Index row, Index d) const {
    float sum = 0;
    for (Index e = offset[row]; e < offset[row + 1]; ++e)
      for (Index h = 0; h < H; ++h) {
        float value = x[(source[e] * H + h) * D + d];
        if (table) value += table[(code[e] * H + h) * D + d];
        sum += factor * weight[e * H + h] * value;
      }
    out[row * D + d] = sum;
  }
};

/// (source, h D + d): out = factor sum over the readers of weight[entry, h] gradient[row, d]
struct WeightedReaders {
  const float *gradient, *weight;
  const Id *reverse_offset, *reverse_row, *reverse_entry;
  Index H, D;
  float factor;
  float* out;
  AUFBAU_BODY void operator()(Index source, Index column) const {
    const Index h = column / D, d = column % D;
    float sum = 0;
    for (Id i = reverse_offset[source]; i < reverse_offset[source + 1]; ++i)
      sum += factor * weight[reverse_entry[i] * H + h] * gradient[reverse_row[i] * D + d];
    out[source * H * D + column] = sum;
  }
};

/// (i, h lanes + lane) for reading i of the transpose: partial[i, h, lane] = sum over the lane's
/// columns of gradient[row] (x[source, h] + table[code, h]); table may be null
struct EntryDotPart {
  const float *gradient, *x, *table;
  const Id *source, *code, *reverse_row, *reverse_entry;
  Index H, D, lanes;
  double* partial;
  AUFBAU_BODY void operator()(Index i, Index column) const {
    const Index h = column / lanes, lane = column % lanes, e = reverse_entry[i];
    const float* slope = gradient + reverse_row[i] * D;
    const float* from = x + (source[e] * H + h) * D;
    const float* edge = table ? table + (code[e] * H + h) * D : nullptr;
    double sum = 0;
    for (Index d = lane; d < D; d += lanes) {
      const double value = edge ? static_cast<double>(from[d]) + edge[d] : from[d];
      sum += static_cast<double>(slope[d]) * value;
    }
    partial[i * H * lanes + column] = sum;
  }
};

/// (i, h): out[entry of reading i, h] = factor times the sum of its lanes
struct EntryDotJoin {
  const double* partial;
  const Id* reverse_entry;
  Index H, lanes;
  double factor;
  float* out;
  AUFBAU_BODY void operator()(Index i, Index h) const {
    double sum = 0;
    for (Index lane = 0; lane < lanes; ++lane) sum += partial[(i * H + h) * lanes + lane];
    out[reverse_entry[i] * H + h] = static_cast<float>(factor * sum);
  }
};

/// (i, h) for reading i of the transpose; per_row and per_code may be null
struct EntrySum {
  const float *per_row, *per_source, *per_code;
  const Id *source, *code, *reverse_row, *reverse_entry;
  Index H;
  float* out;
  AUFBAU_BODY void operator()(Index i, Index h) const {
    const Index e = reverse_entry[i];
    float sum = per_source[source[e] * H + h];
    if (per_row) sum += per_row[reverse_row[i] * H + h];
    if (per_code) sum += per_code[code[e] * H + h];
    out[e * H + h] = sum;
  }
};

/// out[row] = sum over the entries of gradient[entry]
struct SumEntries {
  const float* gradient;
  const Id* offset;
  Index H;
  float* out;
  AUFBAU_BODY void operator()(Index row, Index h) const {
    float sum = 0;
    for (Index e = offset[row]; e < offset[row + 1]; ++e) sum += gradient[e * H + h];
    out[row * H + h] = sum;
  }
};

/// (0, i) for reading i of the transpose
struct SymmetricWeights {
  const Id *offset, *source, *degree, *reverse_row, *reverse_entry;
  float* out;
  AUFBAU_BODY void operator()(Index, Index i) const {
    const Id row = reverse_row[i], e = reverse_entry[i];
    const double own = offset[row + 1] - offset[row], other = degree[source[e]];
    out[e] = static_cast<float>(1 / std::sqrt(own * other));
  }
};

struct SegmentMax {
  const float* x;
  const Id *offset, *source;
  Index D;
  float* out;
  Id* winner;
  AUFBAU_BODY void operator()(Index row, Index d) const {
    float best = 0;
    Id entry = -1;
    for (Id e = offset[row]; e < offset[row + 1]; ++e) {
      const float value = x[source[e] * D + d];
      if (entry < 0 || value > best || value != value) best = value, entry = e;
    }
    out[row * D + d] = best;
    winner[row * D + d] = entry;
  }
};

/// (source, d)
struct SegmentMaxBackward {
  const float* gradient;
  const Id *winner, *reverse_offset, *reverse_row, *reverse_entry;
  Index D;
  float* out;
  AUFBAU_BODY void operator()(Index source, Index d) const {
    float sum = 0;
    for (Id i = reverse_offset[source]; i < reverse_offset[source + 1]; ++i) {
      const Index at = reverse_row[i] * D + d;
      if (winner[at] == reverse_entry[i]) sum += gradient[at];
    }
    out[source * D + d] = sum;
  }
};

struct SegmentSoftmax {
  const float* scores;
  const Id* offset;
  Index H;
  float* out;
  AUFBAU_BODY void operator()(Index row, Index h) const {
    const Index first = offset[row], last = offset[row + 1];
    if (first == last) return;
    float largest = scores[first * H + h];
    for (Index e = first; e < last; ++e)
      if (largest < scores[e * H + h]) largest = scores[e * H + h];
    double sum = 1e-16;  // as in PyTorch Geometric's softmax
    for (Index e = first; e < last; ++e) {
      const float share = std::exp(scores[e * H + h] - largest);
      out[e * H + h] = share;
      sum += share;
    }
    for (Index e = first; e < last; ++e) out[e * H + h] = static_cast<float>(out[e * H + h] / sum);
  }
};

struct SegmentSoftmaxBackward {
  const float *gradient, *output;
  const Id* offset;
  Index H;
  float* out;
  AUFBAU_BODY void operator()(Index row, Index h) const {
    double mean = 0;
    for (Index e = offset[row]; e < offset[row + 1]; ++e)
      mean += static_cast<double>(gradient[e * H + h]) * output[e * H + h];
    for (Index e = offset[row]; e < offset[row + 1]; ++e)
      out[e * H + h] = static_cast<float>(output[e * H + h] * (gradient[e * H + h] - mean));
  }
};

}  // namespace aufbau::device
