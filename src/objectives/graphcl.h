#pragma once
#include <array>

#include "objectives/augmentations.h"
#include "objectives/objective.h"

namespace aufbau::objectives {

/// Two views of each of B graphs, and what is compared with what.
struct ViewBatch : Prepared {
  std::array<graphs::GraphBatch, 2> views;  ///< graph i of both is made from the same graph
  Tensor own, next;                         ///< i32 [B]: 0, 1, ...; 1, 2, ..., 0
  Tensor no_own;                            ///< [B,B]: -infinity on the diagonal, else 0
  Tensor next_less_own;                     ///< [B,B]: 1/B at (i, next), -1/B on the diagonal

  void move_to(Device device) override;
};

/// Tells two altered views of a graph from views of other graphs: GraphCL, You et al. 2020. The
/// states of a view are pooled, projected by Linear - ReLU - Linear to z, and compared by their
/// cosine s(i,j) = cos(z_i, z'_j) / temperature, z of first views, z' of second ones. Loss,
/// equation 3: the mean over i of
///     -log [ exp s(i,i) / sum over j != i of exp s(i,j) ]
/// Every view is encoded in a batch of its own, as in the authors' code.
class GraphCL : public Objective {
 public:
  /// Reads augmentations, augmentation_ratio, temperature, pooling, encoder and seed.
  explicit GraphCL(const ObjectiveConfig& config);

  /// Every view draws one of the augmentations, uniformly, and then what that one draws. Graphs
  /// without nodes are left out; fewer than two others make an empty batch.
  std::unique_ptr<Prepared> prepare(const data::Dataset& dataset,
                                    std::span<const std::int64_t> rows,
                                    const data::BatchKey& key) const override;
  /// The same with the views given, all with nodes.
  std::unique_ptr<ViewBatch> prepare_views(std::span<const graphs::Graph> first,
                                           std::span<const graphs::Graph> second) const;

  /// s(i,j): [B,B]
  Tensor similarities(nn::Encoder& encoder, const ViewBatch& batch,
                      const nn::ForwardContext& context) const;
  /// metrics: accuracy, the share of first views that are more like their own second view than any
  /// other.
  LossResult loss(nn::Encoder& encoder, const Prepared& prepared,
                  const nn::ForwardContext& context) override;
  /// Those of the read-out under `pool.`, if it learns; projection_head.0, projection_head.2.
  nn::Parameters parameters() const override;

 private:
  graphs::Graph draw_view(const graphs::GraphView& graph, const RandomKey& key) const;

  ObjectiveConfig config_;
  std::vector<const AugmentationEntry*> augmentations_;
  AugmentationSettings settings_;
  nn::Parameters pooling_;
  nn::LinearHead hidden_, projection_;
};

}  // namespace aufbau::objectives
