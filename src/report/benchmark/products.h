#pragma once
#include <cstdint>
#include <vector>

#include "tensor/ceiling.h"
#include "tensor/tensor.h"

namespace aufbau::report {

/// One dense layer as it was recorded: x [rows, in] times weight^T gives [rows, out]. The backward
/// pass has one more product of the same size for each gradient that is wanted.
struct LayerProduct {
  std::int64_t rows = 0, in = 0, out = 0;
  bool x_gradient = false, weight_gradient = false;
};

/// The matrix products behind `outputs`, read off the recorded operations before backward frees
/// them. Every layer is counted once, however often it is reached.
std::vector<LayerProduct> recorded_products(const std::vector<Tensor>& outputs);

/// 2 x rows x in x out for the forward product, the same again for each gradient when
/// `with_gradients`.
double floating_point_operations(const std::vector<LayerProduct>& products, bool with_gradients);

/// The same as single products in the order of a step: all forward, then, `with_gradients`, those
/// of the gradients that were wanted, last layer first.
std::vector<GemmShape> gemm_shapes(const std::vector<LayerProduct>& products, bool with_gradients);

}  // namespace aufbau::report
