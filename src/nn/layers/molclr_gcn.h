#pragma once
#include "nn/layers/edge_embedding.h"
#include "nn/layers/layer.h"

namespace aufbau::nn {

struct EncoderConfig;

/// The GCN that MolCLR (Wang et al. 2022) published weights for:
///     z_v = sum over u in N(v) and v itself of (W h_u + e_uv 1) + b,   W: [D, D], e_uv: one number
/// The symmetric normalisation of Kipf and Welling (2017) is computed by the published program, but
/// not applied.
class MolclrGcnLayer : public Layer {
 public:
  /// linear.weight, bias, edge_embedding<c>. The published `weight` is the transpose of ours.
  static ParameterSpecs specs(const EncoderConfig& config);
  MolclrGcnLayer(const EncoderConfig& config, const Parameters& own);
  Tensor forward(const Tensor& states, const graphs::Block& block, const Tensor& edge_features,
                 const ForwardContext& context) const override;

 private:
  Tensor weight_, bias_;
  EdgeEmbedding edges_;
};

}  // namespace aufbau::nn
