#include "tensor/device/device_backend.h"

namespace aufbau::device {

namespace {

/// Lanes of a sum over all elements.
Index many_lanes(Index size) {
  constexpr Index kMost = 4096;
  return size < 1 ? 1 : smaller(size, kMost);
}

}  // namespace

void DeviceBackend::dot(const float* a, const float* b, Index size, double* out) const {
  const Index lanes = many_lanes(size);
  Tensor partial = scratch({lanes});
  run(DotPart{a, b, 1, size, lanes, this->out<double>(partial)}, 1, lanes);
  fold(in<double>(partial), 1, lanes, out);
}

template <class Formula>
void DeviceBackend::masked_loss(const Tensor& x, const Tensor& targets, const Tensor& mask,
                                Tensor& loss, Tensor& slope) const {
  const Index lanes = many_lanes(x.size());
  Tensor partial = scratch({2, lanes}), sums = scratch({2}), share = scratch({});
  run(MaskedLoss<Formula>{in(x), in(targets), in(mask), x.size(), lanes, out(slope),
                          out<double>(partial)},
      1, lanes);
  fold(in<double>(partial), 2, lanes, out<double>(sums));
  run(MaskedMean{in<double>(sums), out<double>(loss), out<double>(share)}, 1, 1);
  if (slope) run(ScaleBy<float>{in(slope), in<double>(share), out(slope)}, 1, slope.size());
}

void DeviceBackend::bce_with_logits(const Tensor& logits, const Tensor& targets, const Tensor& mask,
                                    Tensor& loss, Tensor& slope) {
  masked_loss<formulas::BinaryCrossEntropy>(logits, targets, mask, loss, slope);
}

void DeviceBackend::mean_squared_error(const Tensor& x, const Tensor& targets, const Tensor& mask,
                                       Tensor& loss, Tensor& slope) {
  masked_loss<formulas::SquaredError>(x, targets, mask, loss, slope);
}

void DeviceBackend::cross_entropy(const Tensor& logits, const Tensor& targets, Tensor& loss,
                                  Tensor& slope) {
  const Index rows = logits.rows(), K = logits.cols();
  const double share = rows > 0 ? 1 / static_cast<double>(rows) : 0;
  Tensor losses = scratch({rows}), largest = scratch({rows}), exponentials = scratch({rows});
  run(CrossEntropyRow{in(logits), ids(targets), K, out<double>(losses), out<double>(largest),
                      out<double>(exponentials), faults_ + target_fault},
      1, rows);
  fold(in<double>(losses), 1, rows, out<double>(loss));
  run(Scale<double>{in<double>(loss), share, out<double>(loss)}, 1, 1);
  if (slope)
    run(CrossEntropySlope{in(logits), ids(targets), in<double>(largest), in<double>(exponentials),
                          share, K, out(slope)},
        rows, K);
}

void DeviceBackend::count_correct(const Tensor& logits, const Tensor& targets, Tensor& count) {
  const Index rows = logits.rows();
  Tensor correct = scratch({rows});
  run(CorrectRow{in(logits), ids(targets), logits.cols(), out<double>(correct)}, 1, rows);
  fold(in<double>(correct), 1, rows, out<double>(count));
}

void DeviceBackend::weighted_sum(const Tensor& x, const Tensor& weight, Tensor& loss) {
  dot(in(x), in(weight), x.size(), out<double>(loss));
}

}  // namespace aufbau::device
