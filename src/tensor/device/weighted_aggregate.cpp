#include "tensor/device/device_backend.h"

namespace aufbau::device {

void DeviceBackend::weighted_aggregate(const Tensor& x, const Tensor& edge_table,
                                       const Tensor& weight, const RowMap& map, Tensor& out) {
  const Index H = weight.cols(), D = out.cols();
  run(WeightedAggregate{in(x), in(edge_table), in(weight), ids(map.offset), ids(map.source),
                        ids(map.code), H, D, 1.0f / static_cast<float>(H), this->out(out)},
      map.rows, D);
}

void DeviceBackend::weighted_aggregate_backward(const Tensor& gradient, const Tensor& x,
                                                const Tensor& edge_table, const Tensor& weight,
                                                const RowMap& map, Tensor& grad_x,
                                                Tensor& grad_table, Tensor& grad_weight) {
  const Index D = gradient.cols(), H = x.cols() / D;
  const float factor = 1.0f / static_cast<float>(H);
  if (grad_x)
    run(WeightedReaders{in(gradient), in(weight), ids(map.reverse_offset), ids(map.reverse_row),
                        ids(map.reverse_entry), H, D, factor, out(grad_x)},
        map.sources, H * D);
  if (grad_table) {
    CodePart part{};
    part.gradient = in(gradient);
    part.offset = ids(map.offset), part.code = ids(map.code);
    part.weight = in(weight), part.factor = factor;
    part.rows = map.rows, part.width = D;
    sum_tables(part, grad_table);
  }
  if (grad_weight) {
    const Index lanes = lanes_of(D);
    Tensor partial = scratch({map.entries, H, lanes});
    run(EntryDotPart{in(gradient), in(x), in(edge_table), ids(map.source), ids(map.code),
                     ids(map.reverse_row), ids(map.reverse_entry), H, D, lanes,
                     out<double>(partial)},
        map.entries, H * lanes);
    run(EntryDotJoin{in<double>(partial), ids(map.reverse_entry), H, lanes, factor,
                     out(grad_weight)},
        map.entries, H);
  }
}

void DeviceBackend::entry_sum(const Tensor& per_row, const Tensor& per_source,
                              const Tensor& per_code, const RowMap& map, Tensor& out) {
  const Index H = per_source.cols();
  run(EntrySum{in(per_row), in(per_source), in(per_code), ids(map.source), ids(map.code),
               ids(map.reverse_row), ids(map.reverse_entry), H, this->out(out)},
      map.entries, H);
}

void DeviceBackend::entry_sum_backward(const Tensor& gradient, const RowMap& map, Tensor& grad_row,
                                       Tensor& grad_source, Tensor& grad_code) {
  const Index H = gradient.cols();
  if (grad_source) segment_sum(gradient, map.reverse_offset, map.reverse_entry, grad_source);
  if (grad_row) run(SumEntries{in(gradient), ids(map.offset), H, out(grad_row)}, map.rows, H);
  if (grad_code) {
    CodePart part{};
    part.gradient = in(gradient);
    part.offset = ids(map.offset), part.code = ids(map.code);
    part.per_entry = true;
    part.rows = map.rows, part.width = H;
    sum_tables(part, grad_code);
  }
}

void DeviceBackend::symmetric_weights(const RowMap& map, const Tensor& source_degree, Tensor& out) {
  run(SymmetricWeights{ids(map.offset), ids(map.source), ids(source_degree), ids(map.reverse_row),
                       ids(map.reverse_entry), this->out(out)},
      1, map.entries);
}

}  // namespace aufbau::device
