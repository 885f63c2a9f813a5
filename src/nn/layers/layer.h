#pragma once
#include "graphs/batch.h"
#include "nn/parameters.h"

namespace aufbau::nn {

/// One message-passing layer, without the normalisation and activation that follow it. Immutable
/// but for its parameters: several threads may run it.
class Layer {
 public:
  virtual ~Layer() = default;
  /// states: [rows of the level below, D], edge_codes: i32 [edge codes, edge columns], every code
  /// spelled out
  /// -> [rows of the block, D].
  virtual Tensor forward(const Tensor& states, const graphs::Block& block,
                         const Tensor& edge_codes) const = 0;
};

}  // namespace aufbau::nn
