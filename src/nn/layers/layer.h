#pragma once
#include "graphs/batch.h"
#include "nn/normalisation.h"
#include "nn/parameters.h"

namespace aufbau::nn {

/// One message-passing layer. Immutable but for its parameters and, in training, its running
/// statistics: several threads may evaluate it.
class Layer {
 public:
  virtual ~Layer() = default;
  /// Without the normalisation and activation that follow it.
  /// states: [rows of the level below, D], edge_features: of every edge code (EdgeEmbedding::table)
  /// -> [rows of the block, D].
  virtual Tensor forward(const Tensor& states, const graphs::Block& block,
                         const Tensor& edge_features, const ForwardContext& context) const = 0;
  /// With them. A layer that can do both at once where nothing is recorded says how.
  virtual Tensor forward_normalised(const Tensor& states, const graphs::Block& block,
                                    const Tensor& edge_features, const ForwardContext& context,
                                    const Normalisation& norm, ops::Activation activation) const {
    return norm.forward(forward(states, block, edge_features, context), block.multiplicity,
                        context.training, activation);
  }
};

}  // namespace aufbau::nn
