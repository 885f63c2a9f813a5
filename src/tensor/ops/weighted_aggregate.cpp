#include "tensor/ops.h"
#include "tensor/ops/check.h"

namespace aufbau::ops {

namespace {

void check_codes(std::string_view op, const RowMap& map) {
  if (!map.code) fail(ErrorKind::internal, op, "the map has no codes");
}

}  // namespace

Tensor weighted_aggregate(const Tensor& x, const Tensor& edge_table, const Tensor& weight,
                          const RowMap& map) {
  constexpr const char* kOp = "weighted_aggregate";
  check_sources(kOp, "x", x, map.sources, "sources");
  check_sources(kOp, "weight", weight, map.entries, "entries");
  const std::int64_t heads = weight.cols();
  if (heads == 0 || x.cols() % heads != 0)
    fail(ErrorKind::internal, kOp, "x has shape ", to_string(x.shape()), ", weight ",
         to_string(weight.shape()), "; expected columns for every head");
  check_like(kOp, "weight", weight, x, weight.shape());
  if (edge_table) {
    check_codes(kOp, map);
    check_like(kOp, "edge_table", edge_table, x, {map.code_count, x.cols()});
  }
  Tensor out = Tensor::empty({map.rows, x.cols() / heads}, x.dtype(), x.device());
  backend_for(x.device()).weighted_aggregate(x, edge_table, weight, map, out);
  out.record(kOp, {x, edge_table, weight}, [x, edge_table, weight, map](const Tensor& gradient) {
    Tensor grad_x = gradient_like(x), grad_table = gradient_like(edge_table);
    Tensor grad_weight = gradient_like(weight);
    backend_for(x.device())
        .weighted_aggregate_backward(gradient, x, edge_table, weight, map, grad_x, grad_table,
                                     grad_weight);
    add_if(x, grad_x), add_if(edge_table, grad_table), add_if(weight, grad_weight);
  });
  return out;
}

Tensor entry_sum(const Tensor& per_row, const Tensor& per_source, const Tensor& per_code,
                 const RowMap& map) {
  check_sources("entry_sum", "per_source", per_source, map.sources, "sources");
  const std::int64_t heads = per_source.cols();
  if (per_row) check_like("entry_sum", "per_row", per_row, per_source, {map.rows, heads});
  if (per_code) {
    check_codes("entry_sum", map);
    check_like("entry_sum", "per_code", per_code, per_source, {map.code_count, heads});
  }
  Tensor out = Tensor::empty({map.entries, heads}, per_source.dtype(), per_source.device());
  backend_for(out.device()).entry_sum(per_row, per_source, per_code, map, out);
  out.record("entry_sum", {per_row, per_source, per_code},
             [per_row, per_source, per_code, map](const Tensor& gradient) {
               Tensor grad_row = gradient_like(per_row), grad_source = gradient_like(per_source);
               Tensor grad_code = gradient_like(per_code);
               backend_for(gradient.device())
                   .entry_sum_backward(gradient, map, grad_row, grad_source, grad_code);
               add_if(per_row, grad_row), add_if(per_source, grad_source);
               add_if(per_code, grad_code);
             });
  return out;
}

Tensor entry_dot(const Tensor& rows, const Tensor& x, const RowMap& map) {
  check_sources("entry_dot", "x", x, map.sources, "sources");
  check_like("entry_dot", "rows", rows, x, {map.rows, x.cols()});
  // It is bilinear, and so is a weighted sum: the value and both gradients are those of
  // weighted_aggregate with the roles of weight, x and gradient exchanged.
  Tensor out = Tensor::empty({map.entries, 1}, x.dtype(), x.device()), none;
  Backend& backend = backend_for(x.device());
  backend.weighted_aggregate_backward(rows, x, {}, {}, map, none, none, out);
  out.record("entry_dot", {rows, x}, [rows, x, map, &backend](const Tensor& gradient) {
    Tensor grad_rows = gradient_like(rows), grad_x = gradient_like(x), nothing;
    if (grad_rows) backend.weighted_aggregate(x, {}, gradient, map, grad_rows);
    if (grad_x)
      backend.weighted_aggregate_backward(rows, x, {}, gradient, map, grad_x, nothing, nothing);
    add_if(rows, grad_rows), add_if(x, grad_x);
  });
  return out;
}

Tensor symmetric_weights(const RowMap& map, const Tensor& source_degree, DType dtype) {
  check_ids("symmetric_weights", "source_degree", source_degree, {map.sources});
  Tensor out = Tensor::empty({map.entries, 1}, dtype, source_degree.device());
  backend_for(out.device()).symmetric_weights(map, source_degree, out);
  return out;
}

}  // namespace aufbau::ops
