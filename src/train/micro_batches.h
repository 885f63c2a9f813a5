#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "train/training.h"

namespace aufbau::train {

/// Part `part` of `parts` of a batch: consecutive rows, as many as in the others or one more. Empty
/// for some parts of a batch with fewer rows than parts.
std::span<const std::int64_t> micro_batch(std::span<const std::int64_t> batch, int part, int parts);

/// train_epoch() for a stage with several micro-batches.
///
/// Every part of a batch goes forward and backward by itself from the state before the step. The
/// step is taken with the mean of their gradients, and the running statistics become the mean of
/// what the parts made of the old ones; the weights are the molecules of the parts that had
/// anything to learn from. BatchNorm sees one part at a time, as in data-parallel training without
/// synchronised statistics.
///
/// Rank r computes the parts r, r + ranks, r + 2 ranks, ... The sums over the parts are made in
/// double and in their order, element by element, each element by one rank: the bits depend on the
/// number of parts, never on the number of ranks.
void train_epoch_in_parts(Stage& stage, int epoch, std::int64_t first_batch, EpochMetrics& metrics,
                          const std::function<void(const StepReport&)>& after_step);

}  // namespace aufbau::train
