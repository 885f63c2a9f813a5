#include "tensor/ops.h"
#include "tensor/ops/check.h"

namespace aufbau::ops {

namespace {

/// Every loss computes d loss / d x beside its value; the chain rule is then one multiplication.
void record_slope(const char* op, Tensor& loss, const Tensor& x, const Tensor& slope) {
  loss.record(op, {x}, [x, slope](const Tensor& gradient) {
    Tensor grad_x = slope;
    backend_for(x.device()).scale_by(slope, gradient, grad_x);
    Tensor(x).add_grad(grad_x);
  });
}

/// [N,K] with at least one class, and one target per row.
void check_logits(const char* op, const Tensor& logits, const Tensor& targets) {
  check_values(op, "logits", logits, 2);
  if (logits.cols() < 1)
    fail(ErrorKind::internal, op, "logits has shape ", to_string(logits.shape()),
         ", expected at least one class");
  check_ids(op, "targets", targets, {logits.rows()});
}

Tensor slope_if_recorded(const Tensor& x) { return is_recorded(x) ? empty_like(x) : Tensor(); }

}  // namespace

Tensor bce_with_logits(const Tensor& logits, const Tensor& targets, const Tensor& mask) {
  check_values("bce_with_logits", "logits", logits, -1);
  check_like("bce_with_logits", "targets", targets, logits, logits.shape());
  if (mask) check_like("bce_with_logits", "mask", mask, logits, logits.shape());
  Tensor loss = loss_like(logits), slope = slope_if_recorded(logits);
  backend_for(logits.device()).bce_with_logits(logits, targets, mask, loss, slope);
  record_slope("bce_with_logits", loss, logits, slope);
  return loss;
}

Tensor cross_entropy(const Tensor& logits, const Tensor& targets) {
  check_logits("cross_entropy", logits, targets);
  Tensor loss = loss_like(logits), slope = slope_if_recorded(logits);
  backend_for(logits.device()).cross_entropy(logits, targets, loss, slope);
  record_slope("cross_entropy", loss, logits, slope);
  return loss;
}

Tensor count_correct(const Tensor& logits, const Tensor& targets) {
  check_logits("count_correct", logits, targets);
  Tensor count = loss_like(logits);
  backend_for(logits.device()).count_correct(logits, targets, count);
  return count;
}

Tensor mean_squared_error(const Tensor& x, const Tensor& targets, const Tensor& mask) {
  check_values("mean_squared_error", "x", x, -1);
  check_like("mean_squared_error", "targets", targets, x, x.shape());
  if (mask) check_like("mean_squared_error", "mask", mask, x, x.shape());
  Tensor loss = loss_like(x), slope = slope_if_recorded(x);
  backend_for(x.device()).mean_squared_error(x, targets, mask, loss, slope);
  record_slope("mean_squared_error", loss, x, slope);
  return loss;
}

Tensor weighted_sum(const Tensor& x, const Tensor& weight) {
  check_values("weighted_sum", "x", x, -1);
  check_like("weighted_sum", "weight", weight, x, x.shape());
  Tensor loss = loss_like(x);
  backend_for(x.device()).weighted_sum(x, weight, loss);
  loss.record("weighted_sum", {x, weight}, [x, weight](const Tensor& gradient) {
    Tensor grad_x = gradient_like(x), grad_weight = gradient_like(weight);
    if (grad_x) backend_for(x.device()).scale_by(weight, gradient, grad_x);
    if (grad_weight) backend_for(x.device()).scale_by(x, gradient, grad_weight);
    add_if(x, grad_x), add_if(weight, grad_weight);
  });
  return loss;
}

}  // namespace aufbau::ops
