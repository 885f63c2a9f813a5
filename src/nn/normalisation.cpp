#include "nn/normalisation.h"

namespace aufbau::nn {

ParameterSpecs Normalisation::specs(int width) {
  return {{"weight", {width}, Init::ones},
          {"bias", {width}, Init::zeros},
          {.name = "running_mean", .shape = {width}, .init = Init::zeros, .trained = false},
          {.name = "running_var", .shape = {width}, .init = Init::ones, .trained = false},
          {.name = "num_batches_tracked", .shape = {}, .init = Init::counter, .trained = false}};
}

Normalisation::Normalisation(const Parameters& own)
    : state_{.weight = tensor_named(own, "weight"),
             .bias = tensor_named(own, "bias"),
             .running_mean = tensor_named(own, "running_mean"),
             .running_var = tensor_named(own, "running_var")},
      batches_tracked_(tensor_named(own, "num_batches_tracked")) {}

Tensor Normalisation::forward(const Tensor& x, const Tensor& multiplicity, bool training,
                              ops::Activation activation) const {
  Tensor batches_tracked = batches_tracked_;
  if (training) ++batches_tracked.mutable_values<std::int64_t>()[0];
  ops::BatchNormState state = state_;
  return ops::batch_norm(x, state, multiplicity, training, activation);
}

ops::LinearMap Normalisation::folded(const Tensor& weight, const Tensor& bias) const {
  return ops::fold_batch_norm(weight, bias, state_);
}

}  // namespace aufbau::nn
