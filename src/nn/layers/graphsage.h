#pragma once
#include "nn/layers/edge_embedding.h"
#include "nn/layers/layer.h"

namespace aufbau::nn {

struct EncoderConfig;

/// GraphSAGE with the mean aggregator (Hamilton et al. 2017) and edge features, as in Hu et al.
/// 2020:
///     y = W h + b,   W: [D, D]
///     z_v = m_v / |m_v|,   m_v = mean over u in N(v) and v itself of (y_u + e_uv)
class GraphSageLayer : public Layer {
 public:
  /// linear, edge_embedding<c>
  static ParameterSpecs specs(const EncoderConfig& config);
  GraphSageLayer(const EncoderConfig& config, const Parameters& own);
  Tensor forward(const Tensor& states, const graphs::Block& block, const Tensor& edge_features,
                 const ForwardContext& context) const override;

 private:
  Tensor weight_, bias_;
  EdgeEmbedding edges_;
};

}  // namespace aufbau::nn
