#pragma once
#include "nn/init.h"
#include "nn/parameters.h"
#include "tensor/ops.h"

namespace aufbau::nn {

/// BatchNorm with the counter that PyTorch keeps beside it.
class Normalisation {
 public:
  /// weight, bias, running_mean, running_var, num_batches_tracked
  static ParameterSpecs specs(int width);
  explicit Normalisation(const Parameters& own);
  /// x: [N,D], multiplicity as in ops::batch_norm -> [N,D]. Training moves the running statistics,
  /// which the parameters alias.
  Tensor forward(const Tensor& x, const Tensor& multiplicity, bool training,
                 ops::Activation activation) const;
  /// In evaluation: the linear map that does what linear(x, weight, bias) and then this do.
  ops::LinearMap folded(const Tensor& weight, const Tensor& bias) const;

 private:
  ops::BatchNormState state_;
  Tensor batches_tracked_;
};

}  // namespace aufbau::nn
