#pragma once
#include "nn/layers/edge_embedding.h"
#include "nn/layers/layer.h"

namespace aufbau::nn {

struct EncoderConfig;

/// Graph isomorphism network (Xu et al. 2019) with edge features, as in Hu et al. 2020:
///     m_v = sum over u in N(v) and v itself of (h_u + e_uv)
///     z_v = W2 relu(W1 m_v + b1) + b2,   W1: [2D, D], W2: [D, 2D]
/// No (1 + epsilon): the self loop carries an edge vector of its own.
class GinLayer : public Layer {
 public:
  /// mlp.0, mlp.2, edge_embedding<c>
  static ParameterSpecs specs(const EncoderConfig& config);
  GinLayer(const EncoderConfig& config, const Parameters& own);
  Tensor forward(const Tensor& states, const graphs::Block& block, const Tensor& edge_features,
                 const ForwardContext& context) const override;
  /// Where nothing is recorded the normalisation becomes part of the second product.
  Tensor forward_normalised(const Tensor& states, const graphs::Block& block,
                            const Tensor& edge_features, const ForwardContext& context,
                            const Normalisation& norm, ops::Activation activation) const override;

 private:
  Tensor weight1_, bias1_, weight2_, bias2_;
  EdgeEmbedding edges_;
};

}  // namespace aufbau::nn
