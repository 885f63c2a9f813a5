#pragma once
#include "nn/graph_head.h"
#include "objectives/objective.h"

namespace aufbau::objectives {

/// Graphs with what is to be predicted of them.
struct LabelledBatch : Prepared {
  graphs::GraphBatch batch;
  Tensor targets;                       ///< [G,T]: labels 0/1, or scaled values; 0 where missing
  Tensor class_present, value_present;  ///< [G,T]: 1 where a label of that kind is there, else 0

  void move_to(Device device) override;
};

/// Predicts graph-level targets with one linear layer on the pooled states (Hu et al. 2020,
/// section 3.2); missing ones take no part. Classification: cross-entropy, mean over all labels
/// that are there. Regression: mean squared error of (target - mean) / deviation, mean likewise.
/// Both kinds at once: the sum of the two means.
class Supervised : public Objective {
 public:
  /// Reads target_columns, task_types, target_mean, target_deviation, pooling, encoder and seed.
  explicit Supervised(const ObjectiveConfig& config);

  /// Error{input} for a classification label other than 0 and 1.
  std::unique_ptr<Prepared> prepare(const data::Dataset& dataset,
                                    std::span<const std::int64_t> rows,
                                    const data::BatchKey& key) const override;
  /// The same with the targets given, row-major [G,T] in their own units; NaN: missing.
  std::unique_ptr<LabelledBatch> prepare_labelled(std::span<const graphs::GraphView> graphs,
                                                  std::span<const double> targets) const;

  /// What the head says of a batch: [G,T], logits of classes and scaled values.
  Tensor logits(nn::Encoder& encoder, const graphs::GraphBatch& batch,
                const nn::ForwardContext& context) const;

  /// metrics: with both kinds of task loss_classification and loss_regression, else none.
  LossResult loss(nn::Encoder& encoder, const Prepared& prepared,
                  const nn::ForwardContext& context) override;
  /// Those of nn::GraphHead.
  nn::Parameters parameters() const override { return head_.parameters(); }

 private:
  ObjectiveConfig config_;
  std::vector<bool> is_classification_;  // [T]
  nn::GraphHead head_;
};

}  // namespace aufbau::objectives
