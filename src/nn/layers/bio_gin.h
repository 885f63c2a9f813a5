#pragma once
#include "nn/layers/edge_embedding.h"
#include "nn/layers/layer.h"
#include "nn/normalisation.h"

namespace aufbau::nn {

struct EncoderConfig;

/// The graph isomorphism network of Hu et al. 2020 for protein interaction networks:
///     m_v = sum over u in N(v) and v itself of [h_u, e_uv]
///     z_v = W2 relu(BatchNorm(W1 m_v + b1)) + b2,   W1: [2D, 2D], W2: [D, 2D]
/// The BatchNorm stands inside the perceptron, and none follows the layer.
class BioGinLayer : public Layer {
 public:
  /// mlp.0, mlp.1 (BatchNorm), mlp.3, edge_encoder or edge_embedding<c>
  static ParameterSpecs specs(const EncoderConfig& config);
  BioGinLayer(const EncoderConfig& config, const Parameters& own);
  Tensor forward(const Tensor& states, const graphs::Block& block, const Tensor& edge_features,
                 const ForwardContext& context) const override;

 private:
  Tensor weight1_, bias1_, weight2_, bias2_;
  Normalisation norm_;
  EdgeEmbedding edges_;
};

}  // namespace aufbau::nn
