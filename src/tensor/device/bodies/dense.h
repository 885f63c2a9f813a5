#pragma once
// Index (row, column) unless said.
#include "tensor/device/bodies/index.h"

namespace aufbau::device {

/// What a product has not done itself. bias may be null.
struct BiasRelu {
  float* out;
  const float* bias;
  bool relu;
  Index D;
  AUFBAU_BODY void operator()(Index row, Index d) const {
    const float value = out[row * D + d] + (bias ? bias[d] : 0.0f);
    out[row * D + d] = relu ? positive(value) : value;
  }
};

/// out[row] = x[row % x_rows] * factor[row]
struct ScaleRows {
  const float* x;
  Index x_rows;
  const float* factor;
  Index D;
  float* out;
  AUFBAU_BODY void operator()(Index row, Index d) const {
    const Index from = row < x_rows ? row : row % x_rows;  // a division is dear on a device
    out[row * D + d] = x[from * D + d] * factor[row];
  }
};

/// (0, row): length[row] = max(sqrt(square[row]), least)
struct RowLength {
  const double* square;
  float least;
  float* length;
  AUFBAU_BODY void operator()(Index, Index row) const {
    const float norm = static_cast<float>(std::sqrt(square[row]));
    length[row] = norm < least ? least : norm;
  }
};

struct DivideRows {
  const float *x, *length;
  Index D;
  float* out;
  AUFBAU_BODY void operator()(Index row, Index d) const {
    out[row * D + d] = x[row * D + d] * (1.0f / length[row]);
  }
};

struct NormalizeRowsBackward {
  const float *gradient, *output, *length;
  const double* dot;  ///< of output and gradient
  float least;
  Index D;
  float* out;
  AUFBAU_BODY void operator()(Index row, Index d) const {
    const float norm = length[row];
    float slope = gradient[row * D + d] * (1.0f / norm);
    if (norm > least) slope += output[row * D + d] * static_cast<float>(-dot[row] / norm);
    out[row * D + d] = slope;
  }
};

}  // namespace aufbau::device
