#pragma once
#include "graphs/subgraph.h"
#include "objectives/objective.h"

namespace aufbau::objectives {

/// Pairs of rows whose states are compared: row i of `left` against row i of `right`.
struct RowPairs {
  RowMap left;   ///< among the centre states [graphs, D]
  RowMap right;  ///< among the context states: one per graph (cbow) or one per anchor (skipgram)
};

/// Neighbourhoods and contexts of the graphs that have a context, B of them, and which to compare.
struct ContextBatch : Prepared {
  graphs::GraphBatch substructures, contexts;
  RowMap centres;      ///< graph -> row of its root in `substructures`
  RowMap anchors;      ///< graph -> rows of its anchors in `contexts` (cbow)
  RowMap anchor_rows;  ///< anchor -> its row in `contexts` (skipgram)
  RowPairs positive, negative;

  void move_to(Device device) override;
};

/// Tells whether a neighbourhood and a context belong to the same node: Hu et al. 2020,
/// section 3.1.1. With L encoder layers the neighbourhood of a root is what lies within L hops, its
/// context what lies from L to L - 1 + context_size hops; their common nodes are the anchors. A
/// second encoder of context_size layers embeds the contexts. cbow pools the anchors of a context,
/// skipgram takes them one by one.
class ContextPrediction : public Objective {
 public:
  /// Reads context_mode, context_pooling, context_size, negative_samples, encoder and seed.
  explicit ContextPrediction(const ObjectiveConfig& config);

  /// Graphs without a context are left out; fewer than two with one make an empty batch.
  std::unique_ptr<Prepared> prepare(const data::Dataset& dataset,
                                    std::span<const std::int64_t> rows,
                                    const data::BatchKey& key) const override;
  /// The same with the choice given: the root of every graph. Graphs without nodes are left out.
  std::unique_ptr<ContextBatch> prepare_roots(std::span<const graphs::GraphView> graphs,
                                              std::span<const std::int32_t> roots) const;
  /// The same from what was cut out already.
  std::unique_ptr<ContextBatch> prepare_pairs(std::span<const graphs::ContextPair> pairs) const;

  /// Dot products of centre and context.  positive: [B] (cbow) or [anchors]; negative: the same for
  /// the neighbourhood (skipgram) or context (cbow) of the graph 1 further on in the batch, then 2,
  /// ... negative_samples, going round. A shift that comes round to the graph itself is left out.
  struct Scores {
    Tensor positive, negative;
  };
  Scores scores(nn::Encoder& encoder, const ContextBatch& batch, const nn::ForwardContext& context);

  /// Mean cross-entropy of the positive scores + negative_samples times that of the negative ones.
  /// metrics: loss_pos, loss_neg, accuracy (mean of the shares of positive scores above and
  /// negative ones below 0).
  LossResult loss(nn::Encoder& encoder, const Prepared& prepared,
                  const nn::ForwardContext& context) override;
  /// The context encoder, under `context_gnn.`.
  nn::Parameters parameters() const override;

 private:
  void choose_pairs(ContextBatch& batch, std::int32_t graph_count,
                    const std::vector<std::int32_t>& anchor_graph) const;

  ObjectiveConfig config_;
  bool pools_anchors_;  // cbow
  std::unique_ptr<nn::Encoder> context_encoder_;
};

/// The table of context modes.
extern const std::vector<nn::NamedEntry> kContextModes;

}  // namespace aufbau::objectives
