#include "tensor/device/device_backend.h"

namespace aufbau::device {

void DeviceBackend::aggregate(const Tensor& x, const Tensor& edge_table, const RowMap& map,
                              Tensor& out) {
  run(Aggregate{in(x), in(edge_table), ids(map.offset), ids(map.source), ids(map.code), x.cols(),
                this->out(out)},
      map.rows, x.cols());
}

void DeviceBackend::aggregate_perceptron(const Tensor& x, const Tensor& edge_table,
                                         const RowMap& map, const Tensor& weight1,
                                         const Tensor& bias1, const Tensor& weight2,
                                         const Tensor& bias2, bool relu, Tensor& out) {
  Tensor sum = scratch({map.rows, x.cols()}, DType::f32);
  Tensor hidden = scratch({map.rows, weight1.rows()}, DType::f32);
  aggregate(x, edge_table, map, sum);
  linear(sum, weight1, bias1, true, hidden);
  linear(hidden, weight2, bias2, relu, out);
}

void DeviceBackend::aggregate_backward(const Tensor& gradient, const RowMap& map, Tensor& grad_x,
                                       Tensor& grad_table) {
  if (grad_x) segment_sum(gradient, map.reverse_offset, map.reverse_row, grad_x);
  if (!grad_table) return;
  CodePart part{};
  part.gradient = in(gradient);
  part.offset = ids(map.offset), part.code = ids(map.code);
  part.rows = map.rows, part.width = gradient.cols();
  sum_tables(part, grad_table);
}

}  // namespace aufbau::device
