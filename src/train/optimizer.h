#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "aufbau.h"
#include "nn/parameters.h"
#include "store/tensor_file.h"

namespace aufbau::train {

/// Error{usage} naming the option that is out of range.
void check_optimizer_options(const OptimizerOptions& options);

/// Adam (Kingma and Ba 2015) over named parameters, where they are when it is made, with the eps
/// placed as in PyTorch >= 1.3, or as in 1.0.1.
class Adam {
 public:
  /// `lr_scale` multiplies the step of the parameter of the same position (head and encoder may
  /// differ). Buffers (trained == false) are passed over.
  Adam(nn::Parameters parameters, const OptimizerOptions& options,
       std::vector<double> lr_scale = {});
  /// One step from the parameters' gradients at learning rate `lr`; a parameter without gradient is
  /// left alone. Clips by global norm first, if asked. Error{non_finite} names the first parameter
  /// with a non-finite gradient; nothing has changed then.
  void step(double lr);
  /// The same in two parts, so that other values can be read with the first, in one wait for a
  /// device: the sum of squares of each gradient, f64, and the step that is given these on the
  /// host.
  Tensor square_sums() const;
  void step(double lr, const Tensor& square_sums);
  void zero_grad();
  /// L2 norm of all gradients of the last step, before clipping; accumulated in double.
  double last_gradient_norm() const;
  /// Moments and step count, for checkpoints; names are `optimizer.m.<name>`, `optimizer.v.<name>`,
  /// `optimizer.step`.
  std::vector<store::NamedTensor> state() const;
  /// Error{mismatch} naming the tensor that is missing or of another shape.
  void load_state(const std::vector<store::NamedTensor>& tensors);

 private:
  void measure_gradient(const Tensor& square_sums);

  nn::Parameters parameters_;
  OptimizerOptions options_;
  std::vector<double> lr_scale_;
  std::vector<Tensor> m_, v_;
  std::int64_t step_ = 0;
  double gradient_norm_ = 0;
};

}  // namespace aufbau::train
