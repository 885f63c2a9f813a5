#pragma once
#include "graphs/batch.h"
#include "nn/parameters.h"

namespace aufbau::nn {

/// One message-passing layer, without the normalisation and activation that follow it. Immutable
/// but for its parameters and, in training, its running statistics: several threads may evaluate
/// it.
class Layer {
 public:
  virtual ~Layer() = default;
  /// states: [rows of the level below, D], edge_features: of every edge code (EdgeEmbedding::table)
  /// -> [rows of the block, D].
  virtual Tensor forward(const Tensor& states, const graphs::Block& block,
                         const Tensor& edge_features, const ForwardContext& context) const = 0;
};

}  // namespace aufbau::nn
