#include "tensor/ops.h"
#include "tensor/ops/check.h"

namespace aufbau::ops {

namespace {

/// The gradient of a sum over rows goes to everything that was read: a sum over the transpose.
Tensor sum_readers(const Tensor& gradient, const RowMap& map) {
  Tensor out = Tensor::empty({map.sources, gradient.cols()}, gradient.dtype(), gradient.device());
  backend_for(gradient.device()).segment_sum(gradient, map.reverse_offset, map.reverse_row, out);
  return out;
}

Tensor sum_sources(const Tensor& x, const RowMap& map) {
  Tensor out = Tensor::empty({map.rows, x.cols()}, x.dtype(), x.device());
  backend_for(x.device()).segment_sum(x, map.offset, map.source, out);
  return out;
}

}  // namespace

Tensor gather_rows(const Tensor& x, const RowMap& map) {
  check_sources("gather_rows", "x", x, map.sources, "sources");
  if (map.rows != map.entries)
    fail(ErrorKind::internal, "gather_rows", "the map has ", map.entries, " entries for ", map.rows,
         " rows; expected one each");
  if (map.identity) return x;
  Tensor out = sum_sources(x, map);
  out.record("gather_rows", {x},
             [x, map](const Tensor& gradient) { Tensor(x).add_grad(sum_readers(gradient, map)); });
  return out;
}

Tensor divide_by_count(const Tensor& x, const RowMap& map) {
  check_sources("divide_by_count", "x", x, map.rows, "rows");
  const auto divide = [map](const Tensor& rows) {
    Tensor out = empty_like(rows);
    backend_for(rows.device()).divide_by_count(rows, map.offset, out);
    return out;
  };
  Tensor out = divide(x);
  out.record("divide_by_count", {x},
             [x, divide](const Tensor& gradient) { Tensor(x).add_grad(divide(gradient)); });
  return out;
}

Tensor segment_sum(const Tensor& x, const RowMap& map) {
  check_sources("segment_sum", "x", x, map.sources, "sources");
  Tensor out = sum_sources(x, map);
  out.record("segment_sum", {x},
             [x, map](const Tensor& gradient) { Tensor(x).add_grad(sum_readers(gradient, map)); });
  return out;
}

Tensor segment_mean(const Tensor& x, const RowMap& map) {
  check_sources("segment_mean", "x", x, map.sources, "sources");
  Tensor out = sum_sources(x, map);
  backend_for(x.device()).divide_by_count(out, map.offset, out);
  out.record("segment_mean", {x}, [x, map](const Tensor& gradient) {
    Tensor share = empty_like(gradient);
    backend_for(x.device()).divide_by_count(gradient, map.offset, share);
    Tensor(x).add_grad(sum_readers(share, map));
  });
  return out;
}

Tensor segment_max(const Tensor& x, const RowMap& map) {
  check_sources("segment_max", "x", x, map.sources, "sources");
  Tensor out = Tensor::empty({map.rows, x.cols()}, x.dtype(), x.device());
  Tensor winner = Tensor::empty(out.shape(), DType::i32, x.device());
  backend_for(x.device()).segment_max(x, map, out, winner);
  out.record("segment_max", {x}, [x, map, winner](const Tensor& gradient) {
    Tensor grad_x = empty_like(x);
    backend_for(x.device()).segment_max_backward(gradient, winner, map, grad_x);
    Tensor(x).add_grad(grad_x);
  });
  return out;
}

Tensor segment_softmax(const Tensor& scores, const RowMap& map) {
  check_sources("segment_softmax", "scores", scores, map.entries, "entries");
  Tensor out = empty_like(scores);
  backend_for(scores.device()).segment_softmax(scores, map, out);
  out.record(
      "segment_softmax", {scores}, [scores, map, output = out.detach()](const Tensor& gradient) {
        Tensor grad_scores = empty_like(scores);
        backend_for(scores.device()).segment_softmax_backward(gradient, output, map, grad_scores);
        Tensor(scores).add_grad(grad_scores);
      });
  return out;
}

}  // namespace aufbau::ops
