#include "objectives/infomax.h"

#include <numeric>

#include "nn/encoder_batch.h"
#include "objectives/batch_rows.h"
#include "objectives/heads.h"
#include "tensor/ops.h"

namespace aufbau::objectives {

namespace {

constexpr const char* kName = "infomax";

// Uniform within 1 / sqrt(D), as in the code of Hu et al. 2020.
nn::Parameter make_discriminator(const ObjectiveConfig& config) {
  const std::int64_t width = nn::output_width(config.encoder);
  return nn::make_parameters(
             {{"discriminator.weight", {width, width}, nn::Init::linear_uniform, width}},
             config.encoder.dtype, config.seed, Purpose::head, kDiscriminatorIndex)
      .front();
}

}  // namespace

void InfomaxBatch::move_to(Device device) {
  batch = batch.to(device);
  next = next.to(device);
}

Infomax::Infomax(const ObjectiveConfig& config)
    : config_(config), discriminator_(make_discriminator(config)) {}

std::unique_ptr<Prepared> Infomax::prepare(const data::Dataset& dataset,
                                           std::span<const std::int64_t> rows,
                                           const data::BatchKey&) const {
  graphs::require_same_schema(kName, config_.encoder.schema, dataset.schema());
  std::vector<graphs::GraphView> graphs;
  for (const std::int64_t row : rows) graphs.push_back(dataset.graph(row));
  auto prepared = prepare_graphs(graphs);
  prepared->rows.assign(rows.begin(), rows.end());
  return prepared;
}

std::unique_ptr<InfomaxBatch> Infomax::prepare_graphs(
    std::span<const graphs::GraphView> graphs) const {
  std::vector<graphs::GraphView> kept;
  for (const graphs::GraphView& graph : graphs)
    if (graph.node_count() > 0) kept.push_back(graph);
  auto prepared = std::make_unique<InfomaxBatch>();
  prepared->empty = kept.size() < 2;
  if (prepared->empty) return prepared;
  prepared->batch = nn::encoder_batch(kept, config_.encoder, nn::BatchUse::training);
  std::vector<std::int32_t> next(kept.size());
  std::iota(next.begin(), next.end(), 1);
  next.back() = 0;
  prepared->next = make_gather(prepared->batch.graph_count, next);
  return prepared;
}

PairScores Infomax::scores(nn::Encoder& encoder, const InfomaxBatch& batch,
                           const nn::ForwardContext& context) const {
  const RowMap& graph_rows = batch.batch.graph_rows;
  const Tensor states = encoder.forward(batch.batch, context);
  const Tensor summaries = ops::sigmoid(ops::segment_mean(states, graph_rows));
  const Tensor mapped = ops::linear(states, discriminator_.tensor, {});  // W h of every row
  const auto score = [&](const Tensor& of_graph) {
    return ops::entry_dot(of_graph, mapped, graph_rows).reshape({graph_rows.entries});
  };
  return {score(summaries), score(ops::gather_rows(summaries, batch.next))};
}

LossResult Infomax::loss(nn::Encoder& encoder, const Prepared& prepared,
                         const nn::ForwardContext& context) {
  return pair_loss(scores(encoder, dynamic_cast<const InfomaxBatch&>(prepared), context));
}

}  // namespace aufbau::objectives
