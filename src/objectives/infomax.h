#pragma once
#include "objectives/objective.h"
#include "objectives/pair_loss.h"

namespace aufbau::objectives {

/// Graphs with nodes, at least two of them.
struct InfomaxBatch : Prepared {
  graphs::GraphBatch batch;
  RowMap next;  ///< graph -> the one after it; the first comes after the last

  void move_to(Device device) override;
};

/// Deep Graph Infomax (Velickovic et al. 2019) as Hu et al. 2020 use it: tells whether a node
/// belongs to a graph from its state h and the graph's summary g = sigmoid(mean of its states) by
///     D(h, g) = g^T W h
/// Positive: every node with its own graph. Negative: every node with the next graph of the batch.
/// (Velickovic et al. take nodes of a corrupted graph instead.)
class Infomax : public Objective {
 public:
  /// Reads encoder and seed.
  explicit Infomax(const ObjectiveConfig& config);

  /// Graphs without nodes are left out; fewer than two with nodes make an empty batch, as one graph
  /// alone has no other to be told from.
  std::unique_ptr<Prepared> prepare(const data::Dataset& dataset,
                                    std::span<const std::int64_t> rows,
                                    const data::BatchKey& key) const override;
  std::unique_ptr<InfomaxBatch> prepare_graphs(std::span<const graphs::GraphView> graphs) const;

  /// Of every node, in order.
  PairScores scores(nn::Encoder& encoder, const InfomaxBatch& batch,
                    const nn::ForwardContext& context) const;
  /// pair_loss of the scores.
  LossResult loss(nn::Encoder& encoder, const Prepared& prepared,
                  const nn::ForwardContext& context) override;
  /// discriminator.weight: W [D,D].
  nn::Parameters parameters() const override { return {discriminator_}; }

 private:
  ObjectiveConfig config_;
  nn::Parameter discriminator_;
};

}  // namespace aufbau::objectives
