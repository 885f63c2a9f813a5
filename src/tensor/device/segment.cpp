#include "tensor/device/device_backend.h"

namespace aufbau::device {

void DeviceBackend::segment_sum(const Tensor& x, const Tensor& offset, const Tensor& index,
                                Tensor& out) {
  run(SegmentSum{in(x), ids(offset), ids(index), x.cols(), this->out(out)}, out.rows(), x.cols());
}

void DeviceBackend::divide_by_count(const Tensor& x, const Tensor& offset, Tensor& out) {
  run(DivideByCount{in(x), ids(offset), x.cols(), this->out(out)}, x.rows(), x.cols());
}

void DeviceBackend::segment_max(const Tensor& x, const RowMap& map, Tensor& out, Tensor& winner) {
  run(SegmentMax{in(x), ids(map.offset), ids(map.source), x.cols(), this->out(out),
                 this->out<Id>(winner)},
      map.rows, x.cols());
}

void DeviceBackend::segment_max_backward(const Tensor& gradient, const Tensor& winner,
                                         const RowMap& map, Tensor& out) {
  run(SegmentMaxBackward{in(gradient), ids(winner), ids(map.reverse_offset), ids(map.reverse_row),
                         ids(map.reverse_entry), gradient.cols(), this->out(out)},
      map.sources, gradient.cols());
}

void DeviceBackend::segment_softmax(const Tensor& scores, const RowMap& map, Tensor& out) {
  run(SegmentSoftmax{in(scores), ids(map.offset), scores.cols(), this->out(out)}, map.rows,
      scores.cols());
}

void DeviceBackend::segment_softmax_backward(const Tensor& gradient, const Tensor& output,
                                             const RowMap& map, Tensor& out) {
  run(SegmentSoftmaxBackward{in(gradient), in(output), ids(map.offset), gradient.cols(),
                             this->out(out)},
      map.rows, gradient.cols());
}

}  // namespace aufbau::device
