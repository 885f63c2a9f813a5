#pragma once
#include "nn/layers/edge_embedding.h"
#include "nn/layers/layer.h"

namespace aufbau::nn {

struct EncoderConfig;

/// Graph attention network (Velickovic et al. 2018) with edge features, as in Hu et al. 2020; per
/// head, of which there are two:
///     y = W h + b,   s_vu = y_u + e_uv,   W: [D, D], e_uv: [D]
///     a_vu = softmax over u in N(v) and v itself of leaky_relu(<p, y_v> + <q, s_vu>), slope 0.2
///     z_v = mean over heads of sum over u of a_vu s_vu, then + c
class GatLayer : public Layer {
 public:
  /// att (p and q of each head side by side), bias (c), weight_linear, edge_embedding<c>
  static ParameterSpecs specs(const EncoderConfig& config);
  GatLayer(const EncoderConfig& config, const Parameters& own);
  Tensor forward(const Tensor& states, const graphs::Block& block, const Tensor& edge_features,
                 const ForwardContext& context) const override;

 private:
  std::int64_t width_;
  Tensor attention_, bias_, weight_, weight_bias_;
  EdgeEmbedding edges_;
};

}  // namespace aufbau::nn
