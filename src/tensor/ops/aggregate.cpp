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

}  // namespace aufbau::ops
