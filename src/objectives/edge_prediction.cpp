#include "objectives/edge_prediction.h"

#include <algorithm>

#include "core/error.h"
#include "nn/encoder_batch.h"
#include "objectives/batch_rows.h"
#include "tensor/ops.h"

namespace aufbau::objectives {

namespace {

constexpr const char* kName = "edge-prediction";

void require_nodes(std::span<const graphs::GraphView> graphs,
                   std::span<const std::vector<NodePair>> pairs) {
  if (pairs.size() != graphs.size())
    fail(ErrorKind::internal, kName, "expected the negative pairs of ", graphs.size(),
         " graphs, got those of ", pairs.size());
  for (std::size_t g = 0; g < graphs.size(); ++g)
    for (const auto& [first, second] : pairs[g])
      if (std::min(first, second) < 0 || std::max(first, second) >= graphs[g].node_count())
        fail(ErrorKind::internal, kName, "graph ", g, " has ", graphs[g].node_count(),
             " nodes, the pair (", first, ", ", second, ") is to be told from its edges");
}

// The rows of the two nodes of each pair, one pair after the other.
class PairRows {
 public:
  explicit PairRows(const BatchRows& row) : row_(row) {}
  void add(std::size_t graph, const NodePair& pair) {
    first_.push_back(row_.of(graph, pair.first));
    second_.push_back(row_.of(graph, pair.second));
  }
  RowMap first() const { return make_gather(row_.count(), first_); }
  RowMap second() const { return make_gather(row_.count(), second_); }

 private:
  const BatchRows& row_;
  std::vector<std::int32_t> first_, second_;
};

}  // namespace

void EdgeBatch::move_to(Device device) {
  batch = batch.to(device);
  for (RowMap* map : {&positive_first, &positive_second, &negative_first, &negative_second})
    *map = map->to(device);
}

std::vector<NodePair> draw_negative_pairs(const graphs::GraphView& graph, const RandomKey& key) {
  constexpr std::int64_t kDrawsPerEdge = 10;
  const std::int64_t edges = graph.edge_count();
  Random random(key);
  return draw_unjoined_pairs(graph, edges, kDrawsPerEdge * edges, PairOrder::ordered, random);
}

std::unique_ptr<Prepared> EdgePrediction::prepare(const data::Dataset& dataset,
                                                  std::span<const std::int64_t> rows,
                                                  const data::BatchKey& key) const {
  graphs::require_same_schema(kName, config_.encoder.schema, dataset.schema());
  std::vector<graphs::GraphView> graphs;
  std::vector<std::vector<NodePair>> negative;
  for (const std::int64_t row : rows) {
    graphs.push_back(dataset.graph(row));
    negative.push_back(
        draw_negative_pairs(graphs.back(), {.seed = key.seed,
                                            .purpose = Purpose::edge_negative,
                                            .epoch = key.epoch,
                                            .item = static_cast<std::uint32_t>(row)}));
  }
  auto prepared = prepare_pairs(graphs, negative);
  prepared->rows.assign(rows.begin(), rows.end());
  return prepared;
}

std::unique_ptr<EdgeBatch> EdgePrediction::prepare_pairs(
    std::span<const graphs::GraphView> graphs,
    std::span<const std::vector<NodePair>> negative) const {
  require_nodes(graphs, negative);
  auto prepared = std::make_unique<EdgeBatch>();
  prepared->batch = nn::encoder_batch(graphs, config_.encoder, nn::BatchUse::training);
  const BatchRows row(prepared->batch);
  PairRows edges(row), others(row);
  for (std::size_t g = 0; g < graphs.size(); ++g) {
    for (std::size_t e = 0; e < graphs[g].begin.size(); ++e)
      edges.add(g, {graphs[g].begin[e], graphs[g].end[e]});
    for (const NodePair& pair : negative[g]) others.add(g, pair);
  }
  prepared->positive_first = edges.first();
  prepared->positive_second = edges.second();
  prepared->negative_first = others.first();
  prepared->negative_second = others.second();
  prepared->empty = prepared->positive_first.rows == 0;
  return prepared;
}

PairScores EdgePrediction::scores(nn::Encoder& encoder, const EdgeBatch& batch,
                                  const nn::ForwardContext& context) const {
  const Tensor states = encoder.forward(batch.batch, context);
  const auto score = [&states](const RowMap& first, const RowMap& second) {
    return ops::row_dot(ops::gather_rows(states, first), ops::gather_rows(states, second));
  };
  return {score(batch.positive_first, batch.positive_second),
          score(batch.negative_first, batch.negative_second)};
}

LossResult EdgePrediction::loss(nn::Encoder& encoder, const Prepared& prepared,
                                const nn::ForwardContext& context) {
  return pair_loss(scores(encoder, dynamic_cast<const EdgeBatch&>(prepared), context));
}

}  // namespace aufbau::objectives
