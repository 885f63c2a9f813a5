#include "tensor/ops.h"
#include "tensor/ops/check.h"

namespace aufbau::ops {

Tensor aggregate(const Tensor& x, const Tensor& edge_table, const RowMap& map) {
  check_sources("aggregate", "x", x, map.sources, "sources");
  check_like("aggregate", "edge_table", edge_table, x, {map.code_count, x.cols()});
  if (!map.code) fail(ErrorKind::internal, "aggregate", "the map has no codes");
  Tensor out = Tensor::empty({map.rows, x.cols()}, x.dtype(), x.device());
  backend_for(x.device()).aggregate(x, edge_table, map, out);
  // Each source receives the gradient of the rows that read it, each code that of the entries that
  // carry it.
  out.record("aggregate", {x, edge_table}, [x, edge_table, map](const Tensor& gradient) {
    Tensor grad_x = gradient_like(x), grad_table = gradient_like(edge_table);
    backend_for(x.device()).aggregate_backward(gradient, map, grad_x, grad_table);
    add_if(x, grad_x), add_if(edge_table, grad_table);
  });
  return out;
}

Tensor aggregate_perceptron(const Tensor& x, const Tensor& edge_table, const RowMap& map,
                            const Tensor& weight1, const Tensor& bias1, const Tensor& weight2,
                            const Tensor& bias2, Activation activation) {
  constexpr const char* kOp = "aggregate_perceptron";
  check_sources(kOp, "x", x, map.sources, "sources");
  check_like(kOp, "edge_table", edge_table, x, {map.code_count, x.cols()});
  if (!map.code) fail(ErrorKind::internal, kOp, "the map has no codes");
  check_values(kOp, "weight1", weight1, 2);
  check_values(kOp, "weight2", weight2, 2);
  check_like(kOp, "weight1", weight1, x, {weight1.rows(), x.cols()});
  check_like(kOp, "bias1", bias1, x, {weight1.rows()});
  check_like(kOp, "weight2", weight2, x, {weight2.rows(), weight1.rows()});
  check_like(kOp, "bias2", bias2, x, {weight2.rows()});
  for (const Tensor& input : {x, edge_table, weight1, bias1, weight2, bias2})
    if (is_recorded(input))
      fail(ErrorKind::internal, kOp, "it has no gradient; use aggregate and linear");
  Tensor out = Tensor::empty({map.rows, weight2.rows()}, x.dtype(), x.device());
  backend_for(x.device())
      .aggregate_perceptron(x, edge_table, map, weight1, bias1, weight2, bias2,
                            activation == Activation::relu, out);
  return out;
}

}  // namespace aufbau::ops
