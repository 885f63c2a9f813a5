#include "nn/encoder.h"
#include "tensor/ops.h"

namespace aufbau::nn {

LinearHead::LinearHead(std::string name, int in, int out, DType dtype, std::uint64_t seed,
                       std::uint32_t index)
    : name_(std::move(name)) {
  const Parameters own =
      make_parameters(linear_specs(name_, in, out), dtype, seed, Purpose::head, index);
  weight_ = own[0].tensor;
  bias_ = own[1].tensor;
}

Tensor LinearHead::forward(const Tensor& x) const { return ops::linear(x, weight_, bias_); }

Parameters LinearHead::parameters() const {
  return {{name_ + ".weight", weight_}, {name_ + ".bias", bias_}};
}

int LinearHead::outputs() const { return static_cast<int>(weight_.rows()); }

}  // namespace aufbau::nn
