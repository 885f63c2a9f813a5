#pragma once
// Index (0, i): element i; copy_columns (row, column). out may be one of the inputs.
#include "tensor/device/bodies/index.h"
#include "tensor/formulas.h"

namespace aufbau::device {

template <class T>
struct Fill {
  T value;
  T* out;
  AUFBAU_BODY void operator()(Index, Index i) const { out[i] = value; }
};

template <class T>
struct Add {
  const T *a, *b;
  T* out;
  AUFBAU_BODY void operator()(Index, Index i) const { out[i] = a[i] + b[i]; }
};

struct Multiply {
  const float *a, *b;
  float* out;
  AUFBAU_BODY void operator()(Index, Index i) const { out[i] = a[i] * b[i]; }
};

template <class T>
struct Scale {
  const T* x;
  T factor;
  T* out;
  AUFBAU_BODY void operator()(Index, Index i) const { out[i] = x[i] * factor; }
};

template <class T>
struct ScaleBy {
  const T* x;
  const double* factor;
  T* out;
  AUFBAU_BODY void operator()(Index, Index i) const { out[i] = x[i] * static_cast<T>(*factor); }
};

struct Relu {
  const float* x;
  float* out;
  AUFBAU_BODY void operator()(Index, Index i) const { out[i] = positive(x[i]); }
};

struct ReluBackward {
  const float *gradient, *output;
  float* out;
  AUFBAU_BODY void operator()(Index, Index i) const { out[i] = output[i] > 0 ? gradient[i] : 0.0f; }
};

struct LeakyRelu {
  const float* x;
  float slope;
  float* out;
  AUFBAU_BODY void operator()(Index, Index i) const { out[i] = x[i] > 0 ? x[i] : slope * x[i]; }
};

struct LeakyReluBackward {
  const float *gradient, *output;
  float slope;
  float* out;
  AUFBAU_BODY void operator()(Index, Index i) const {
    out[i] = output[i] > 0 ? gradient[i] : slope * gradient[i];
  }
};

struct Sigmoid {
  const float* x;
  float* out;
  AUFBAU_BODY void operator()(Index, Index i) const { out[i] = formulas::sigmoid(x[i]); }
};

struct SigmoidBackward {
  const float *gradient, *output;
  float* out;
  AUFBAU_BODY void operator()(Index, Index i) const {
    out[i] = gradient[i] * output[i] * (1 - output[i]);
  }
};

/// Takes tensor `index` into the maximum so far; index 0 begins it. A NaN wins.
struct Maximum {
  const float* x;
  Id index;
  float* out;
  Id* winner;
  AUFBAU_BODY void operator()(Index, Index i) const {
    if (index == 0 || !(x[i] <= out[i])) out[i] = x[i], winner[i] = index;
  }
};

struct MaximumBackward {
  const float* gradient;
  const Id* winner;
  Id index;
  float* out;
  AUFBAU_BODY void operator()(Index, Index i) const {
    out[i] = winner[i] == index ? gradient[i] : 0.0f;
  }
};

struct CopyColumns {
  const float* from;  ///< its first column to copy
  Index from_width;
  float* to;
  Index to_width;
  AUFBAU_BODY void operator()(Index row, Index d) const {
    to[row * to_width + d] = from[row * from_width + d];
  }
};

template <class T>
struct FindNonFinite {
  const T* x;
  Id* flag;
  AUFBAU_BODY void operator()(Index, Index i) const {
    if (!(x[i] - x[i] == 0)) raise(flag);
  }
};

/// Draws 4 i to 4 i + 3 of a key (core/random.h): purpose word, epoch and item, then the block.
struct Dropout {
  const float* x;
  std::uint32_t counter[3], key[2];
  std::uint32_t limit;  ///< the largest draw that drops
  float factor;
  Index size;
  float* out;
  AUFBAU_BODY void operator()(Index, Index i) const {
    const PhiloxBlock draw = philox_block(
        {{counter[0], counter[1], counter[2], static_cast<std::uint32_t>(i)}}, key[0], key[1]);
    for (Index k = 0; k < 4 && 4 * i + k < size; ++k)
      out[4 * i + k] = draw.lane[k] <= limit ? 0.0f : x[4 * i + k] * factor;
  }
};

}  // namespace aufbau::device
