#pragma once
// What the ops share: checks of their arguments, outputs, and "is this being recorded".
#include <string_view>

#include "core/error.h"
#include "tensor/backend.h"
#include "tensor/tensor.h"

namespace aufbau::ops {

/// Expects f32 or f64 of the given rank (-1: any).
inline void check_values(std::string_view op, std::string_view argument, const Tensor& x,
                         int rank) {
  if (!x) fail(ErrorKind::internal, op, argument, " is undefined");
  if (x.dtype() != DType::f32 && x.dtype() != DType::f64)
    fail(ErrorKind::internal, op, argument, " is ", name_of(x.dtype()), ", expected f32 or f64");
  if (rank >= 0 && x.shape().size() != static_cast<std::size_t>(rank))
    fail(ErrorKind::internal, op, argument, " has shape ", to_string(x.shape()), ", expected rank ",
         rank);
}

/// Expects the dtype of `like` and exactly this shape.
inline void check_like(std::string_view op, std::string_view argument, const Tensor& x,
                       const Tensor& like, const Shape& shape) {
  if (!x) fail(ErrorKind::internal, op, argument, " is undefined");
  if (x.shape() != shape)
    fail(ErrorKind::internal, op, argument, " has shape ", to_string(x.shape()), ", expected ",
         to_string(shape));
  if (x.dtype() != like.dtype())
    fail(ErrorKind::internal, op, argument, " is ", name_of(x.dtype()), ", expected ",
         name_of(like.dtype()));
}

/// Expects i32 of this shape.
inline void check_ids(std::string_view op, std::string_view argument, const Tensor& x,
                      const Shape& shape) {
  if (!x) fail(ErrorKind::internal, op, argument, " is undefined");
  if (x.dtype() != DType::i32)
    fail(ErrorKind::internal, op, argument, " is ", name_of(x.dtype()), ", expected i32");
  if (x.shape() != shape)
    fail(ErrorKind::internal, op, argument, " has shape ", to_string(x.shape()), ", expected ",
         to_string(shape));
}

/// Expects as many rows as `map` reads.
inline void check_sources(std::string_view op, std::string_view argument, const Tensor& x,
                          std::int64_t expected, std::string_view what) {
  check_values(op, argument, x, 2);
  if (x.rows() != expected)
    fail(ErrorKind::internal, op, argument, " has shape ", to_string(x.shape()), ", the map has ",
         expected, " ", what);
}

inline Tensor empty_like(const Tensor& x) {
  return Tensor::empty(x.shape(), x.dtype(), x.device());
}
inline Tensor loss_like(const Tensor& x) { return Tensor::empty({}, DType::f64, x.device()); }
/// A tensor like `x` when it wants a gradient, else undefined: an output that is not computed.
inline Tensor gradient_like(const Tensor& x) {
  return x && x.requires_grad() ? empty_like(x) : Tensor();
}
inline void add_if(const Tensor& x, const Tensor& gradient) {
  if (gradient) Tensor(x).add_grad(gradient);
}

/// Will `record` keep anything?
inline bool is_recorded(const Tensor& x) { return !NoGrad::active() && x.requires_grad(); }

}  // namespace aufbau::ops
