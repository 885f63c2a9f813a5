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
  const std::vector<double> above = positive.to_doubles(), below = negative.to_doubles();
  const auto correct =
      std::count_if(above.begin(), above.end(), [](double score) { return score > 0; }) +
      std::count_if(below.begin(), below.end(), [](double score) { return score < 0; });
  LossResult result;
  result.loss = ops::add(loss_positive, loss_negative);
  result.metrics = {
      {"loss_pos", loss_positive.item()},
      {"loss_neg", loss_negative.item()},
      {"accuracy", static_cast<double>(correct) / (2 * static_cast<double>(above.size()))}};
  return result;
}

}  // namespace aufbau::objectives
