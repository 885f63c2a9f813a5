#pragma once
// Losses in double. Sums of many elements go to a fixed number of lanes, then to one (sums.h).
#include "tensor/device/bodies/index.h"
#include "tensor/formulas.h"

namespace aufbau::device {

/// (0, lane): partial[0, lane] = sum of the losses of the lane's elements that the mask keeps,
/// partial[1, lane] = their count; slope, which may be null, before the division by the count.
template <class Formula>
struct MaskedLoss {
  const float *x, *targets, *mask;  ///< mask may be null
  Index size, lanes;
  float* slope;
  double* partial;
  AUFBAU_BODY void operator()(Index, Index lane) const {
    double total = 0, count = 0;
    for (Index i = lane; i < size; i += lanes) {
      const bool is_kept = !mask || mask[i] != 0;
      const formulas::Point at = is_kept ? Formula{}(x[i], targets[i]) : formulas::Point{0, 0};
      total += at.loss, count += is_kept;
      if (slope) slope[i] = static_cast<float>(at.slope);
    }
    partial[lane] = total;
    partial[lanes + lane] = count;
  }
};

/// (0, 0): loss = total / count, share = 1 / count; both 0 over nothing
struct MaskedMean {
  const double* sums;  ///< total, count
  double *loss, *share;
  AUFBAU_BODY void operator()(Index, Index) const {
    *share = sums[1] > 0 ? 1 / sums[1] : 0;
    *loss = sums[0] * *share;
  }
};

/// (0, row): loss of the row, largest logit and sum of exponentials
struct CrossEntropyRow {
  const float* logits;
  const Id* targets;
  Index K;
  double *loss, *largest, *exponentials;
  Id* flag;
  AUFBAU_BODY void operator()(Index, Index row) const {
    const float* x = logits + row * K;
    double most = x[0];
    for (Index k = 1; k < K; ++k)
      if (most < x[k]) most = x[k];
    double sum = 0;
    for (Index k = 0; k < K; ++k) sum += std::exp(x[k] - most);
    largest[row] = most;
    exponentials[row] = sum;
    const Id target = targets[row];
    const bool is_known = target >= 0 && target < K;
    if (!is_known) raise(flag);
    loss[row] = is_known ? std::log(sum) + most - x[target] : 0;
  }
};

/// (0, row): 1 where the largest logit, the first of equals, is the target, else 0
struct CorrectRow {
  const float* logits;
  const Id* targets;
  Index K;
  double* correct;
  AUFBAU_BODY void operator()(Index, Index row) const {
    const float* x = logits + row * K;
    Index largest = 0;
    for (Index k = 1; k < K; ++k)
      if (x[largest] < x[k]) largest = k;
    correct[row] = largest == targets[row] ? 1 : 0;
  }
};

/// (row, k)
struct CrossEntropySlope {
  const float* logits;
  const Id* targets;
  const double *largest, *exponentials;
  double share;
  Index K;
  float* slope;
  AUFBAU_BODY void operator()(Index row, Index k) const {
    const double part = std::exp(logits[row * K + k] - largest[row]) / exponentials[row];
    slope[row * K + k] = static_cast<float>(share * (part - (k == targets[row] ? 1 : 0)));
  }
};

}  // namespace aufbau::device
