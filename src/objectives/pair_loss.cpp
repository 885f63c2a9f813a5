#include "objectives/pair_loss.h"

#include <algorithm>

#include "tensor/ops.h"

namespace aufbau::objectives {

LossResult pair_loss(const PairScores& scores) {
  const auto& [positive, negative] = scores;
  const Tensor loss_positive = ops::bce_with_logits(
      positive, Tensor::full(positive.shape(), 1, positive.dtype(), positive.device()));
  const Tensor loss_negative = ops::bce_with_logits(
      negative, Tensor::zeros(negative.shape(), negative.dtype(), negative.device()));
  LossResult result;
  result.loss = ops::add(loss_positive, loss_negative);
  result.measured = {loss_positive.detach(), loss_negative.detach(), positive.detach(),
                     negative.detach()};
  result.metrics_of = [](std::span<const Tensor> measured) {
    const std::vector<double> above = measured[2].to_doubles();
    const std::vector<double> below = measured[3].to_doubles();
    const auto correct =
        std::count_if(above.begin(), above.end(), [](double value) { return value > 0; }) +
        std::count_if(below.begin(), below.end(), [](double value) { return value < 0; });
    return Metrics{
        {"loss_pos", measured[0].item()},
        {"loss_neg", measured[1].item()},
        {"accuracy", static_cast<double>(correct) / (2 * static_cast<double>(above.size()))}};
  };
  return result;
}

}  // namespace aufbau::objectives
