#pragma once
// As in cpu/batch_norm.cpp: moments per block of rows, joined in double (Chan, Golub and LeVeque
// 1979); what rounding leaves of a mean goes into the bias.
#include "tensor/device/bodies/index.h"

namespace aufbau::device {

/// (block, d): mean and sum of squares around it of the block's rows; column 0 writes their count.
/// m (multiplicity) may be null.
struct MomentsPart {
  const float *x, *m;
  Index rows, block, D;
  double *mean, *squares, *counts;
  AUFBAU_BODY void operator()(Index b, Index d) const {
    const Index first = b * block, last = smaller(rows, first + block);
    double count = 0, sum = 0;
    for (Index row = first; row < last; ++row) {
      const double weight = m ? m[row] : 1.0;
      count += weight;
      sum += weight * x[row * D + d];
    }
    const double average = count > 0 ? sum / count : 0;
    double around = 0;
    for (Index row = first; row < last; ++row) {
      const double apart = x[row * D + d] - average;
      around += (m ? m[row] : 1.0) * apart * apart;
    }
    mean[b * D + d] = average;
    squares[b * D + d] = around;
    if (d == 0) counts[b] = count;
  }
};

/// (0, d): running_mean and running_var may be null
struct MomentsJoin {
  const double *block_mean, *block_squares, *counts;
  Index blocks, D;
  double eps, momentum;
  double* mean;
  float *inverse_deviation, *running_mean, *running_var;
  AUFBAU_BODY void operator()(Index, Index d) const {
    double count = 0, average = 0, squares = 0;
    for (Index b = 0; b < blocks; ++b) {
      if (counts[b] == 0) continue;
      const double both = count + counts[b], share = counts[b] / both;
      const double apart = block_mean[b * D + d] - average;
      average += apart * share;
      squares += block_squares[b * D + d] + apart * apart * count * share;
      count = both;
    }
    const double variance = count > 0 ? squares / count : 0;
    mean[d] = average;
    inverse_deviation[d] = static_cast<float>(1 / std::sqrt(variance + eps));
    if (count < 2 || !running_mean) return;
    running_mean[d] = static_cast<float>((1 - momentum) * running_mean[d] + momentum * average);
    running_var[d] =
        static_cast<float>((1 - momentum) * running_var[d] + momentum * squares / (count - 1));
  }
};

/// (0, d)
struct InverseDeviation {
  const float* variance;
  double eps;
  float* out;
  AUFBAU_BODY void operator()(Index, Index d) const {
    out[d] = static_cast<float>(1 / std::sqrt(variance[d] + eps));
  }
};

/// (x - mean) * slope + bias of a column in float; `rest` is what float leaves of the mean.
struct Line {
  float mean, slope, bias;
  double rest;
};

/// The line of column d: mean as double or, when that is null, as float.
struct Lines {
  const double* mean;
  const float *float_mean, *inverse_deviation, *weight, *bias;
  AUFBAU_BODY Line at(Index d) const {
    const double exact = mean ? mean[d] : float_mean[d];
    Line line;
    line.mean = static_cast<float>(exact);
    line.rest = exact - line.mean;
    line.slope = weight[d] * inverse_deviation[d];
    line.bias = static_cast<float>(bias[d] - line.rest * line.slope);
    return line;
  }
};

/// (row, d)
struct Normalize {
  const float* x;
  Lines lines;
  bool relu;
  Index D;
  float* out;
  AUFBAU_BODY void operator()(Index row, Index d) const {
    const Line line = lines.at(d);
    const float value = (x[row * D + d] - line.mean) * line.slope + line.bias;
    out[row * D + d] = relu ? positive(value) : value;
  }
};

/// The gradient that the ReLU lets through.
AUFBAU_BODY inline float let_through(float gradient, float centred, const Line& line, bool relu) {
  return !relu || centred * line.slope + line.bias > 0 ? gradient : 0.0f;
}

/// (block, d): partial[block, 0, d] = sum of g, partial[block, 1, d] = sum of g (x - mean)
struct NormalizeSums {
  const float *gradient, *x;
  Lines lines;
  bool relu;
  Index rows, block, D;
  double* partial;
  AUFBAU_BODY void operator()(Index b, Index d) const {
    const Line line = lines.at(d);
    const Index last = smaller(rows, (b + 1) * block);
    double sum = 0, product = 0;
    for (Index row = b * block; row < last; ++row) {
      const float centred = x[row * D + d] - line.mean;
      const float g = let_through(gradient[row * D + d], centred, line, relu);
      sum += g;
      product += static_cast<double>(g) * centred;
    }
    partial[b * 2 * D + d] = sum;
    partial[b * 2 * D + D + d] = product;
  }
};

/// (0, d): gradients of weight and bias, and what every row of grad_x loses through the moments:
/// m (constant + (x - mean) linear). The gradients may be null.
struct NormalizeCoefficients {
  const double* sums;   ///< [2, D]
  const double* count;  ///< sum of the multiplicities; null: `rows`
  double rows;
  Lines lines;
  bool through_moments;
  Index D;
  float *grad_weight, *grad_bias, *constant, *linear;
  AUFBAU_BODY void operator()(Index, Index d) const {
    const Line line = lines.at(d);
    const double inverse = lines.inverse_deviation[d], total = count ? *count : rows;
    const double product = sums[D + d] - line.rest * sums[d];
    if (grad_bias) grad_bias[d] = static_cast<float>(sums[d]);
    if (grad_weight) grad_weight[d] = static_cast<float>(product * inverse);
    constant[d] = linear[d] = 0;
    if (!through_moments || total == 0) return;
    // d loss / d x = slope (g - m/M sum g - m/M (x - mean) / variance sum g (x - mean))
    const double factor = line.slope * inverse * inverse * product / total;
    constant[d] = static_cast<float>(line.slope * sums[d] / total - line.rest * factor);
    linear[d] = static_cast<float>(factor);
  }
};

/// (row, d): out may be gradient; m may be null
struct NormalizeBackward {
  const float *gradient, *x, *m;
  Lines lines;
  bool relu;
  const float *constant, *linear;
  Index D;
  float* out;
  AUFBAU_BODY void operator()(Index row, Index d) const {
    const Line line = lines.at(d);
    const Index i = row * D + d;
    const float centred = x[i] - line.mean;
    const float g = let_through(gradient[i], centred, line, relu);
    out[i] = g * line.slope - (m ? m[row] : 1.0f) * (constant[d] + centred * linear[d]);
  }
};

}  // namespace aufbau::device
