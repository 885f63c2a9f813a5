#pragma once
#include "nn/layers/edge_embedding.h"
#include "nn/layers/layer.h"

namespace aufbau::nn {

struct EncoderConfig;

/// Graph convolutional network (Kipf and Welling 2017) with edge features, as in Hu et al. 2020:
///     y = W h + b,   W: [D, D]
///     z_v = sum over u in N(v) and v itself of (y_u + e_uv) / sqrt(d_v d_u)
/// The degree d counts the self loop.
class GcnLayer : public Layer {
 public:
  /// linear, edge_embedding<c>
  static ParameterSpecs specs(const EncoderConfig& config);
  GcnLayer(const EncoderConfig& config, const Parameters& own);
  Tensor forward(const Tensor& states, const graphs::Block& block, const Tensor& edge_features,
                 const ForwardContext& context) const override;

 private:
  Tensor weight_, bias_;
  EdgeEmbedding edges_;
};

}  // namespace aufbau::nn
