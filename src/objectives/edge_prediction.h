#pragma once
#include "objectives/node_pairs.h"
#include "objectives/objective.h"
#include "objectives/pair_loss.h"

namespace aufbau::objectives {

/// Graphs, and pairs of their nodes that an edge joins or not.
struct EdgeBatch : Prepared {
  graphs::GraphBatch batch;
  /// Pair -> row of its first, of its second node.
  RowMap positive_first, positive_second;
  RowMap negative_first, negative_second;

  void move_to(Device device) override;
};

/// Tells by the dot product of their states whether an edge joins two nodes: Hu et al. 2020,
/// section 5.2 and appendix ("Edge Prediction"), after Hamilton et al. 2017. Positive pairs are all
/// edges, once each; the encoder sees them.
class EdgePrediction : public Objective {
 public:
  /// Reads encoder.
  explicit EdgePrediction(const ObjectiveConfig& config) : config_(config) {}

  /// Without any edge the batch is empty.
  std::unique_ptr<Prepared> prepare(const data::Dataset& dataset,
                                    std::span<const std::int64_t> rows,
                                    const data::BatchKey& key) const override;
  /// The same with the choice given: the negative pairs of every graph.
  std::unique_ptr<EdgeBatch> prepare_pairs(std::span<const graphs::GraphView> graphs,
                                           std::span<const std::vector<NodePair>> negative) const;

  /// Of the edges [edges] in their order, of the negative pairs in theirs.
  PairScores scores(nn::Encoder& encoder, const EdgeBatch& batch,
                    const nn::ForwardContext& context) const;
  /// pair_loss of the scores.
  LossResult loss(nn::Encoder& encoder, const Prepared& prepared,
                  const nn::ForwardContext& context) override;
  /// None.
  nn::Parameters parameters() const override { return {}; }

 private:
  ObjectiveConfig config_;
};

/// As many different ordered pairs of nodes without an edge as the graph has edges, out of ten
/// uniform draws per edge (five per direction, as Hu et al. 2020 have it); fewer when those do not
/// give enough, as in small and dense graphs.
std::vector<NodePair> draw_negative_pairs(const graphs::GraphView& graph, const RandomKey& key);

}  // namespace aufbau::objectives
