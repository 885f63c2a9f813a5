#include "objectives/context_prediction.h"

#include <algorithm>

#include "core/error.h"
#include "core/random.h"
#include "nn/encoder_batch.h"
#include "nn/pooling.h"
#include "nn/table.h"
#include "objectives/batch_rows.h"
#include "objectives/heads.h"
#include "tensor/ops.h"

namespace aufbau::objectives {

const std::vector<nn::NamedEntry> kContextModes = {
    {"cbow", "compare a neighbourhood with the pooled anchors of a context"},
    {"skipgram", "compare a neighbourhood with every anchor of a context"},
};

namespace {

constexpr const char* kName = "context-prediction";

// Streams of dropout draws below this one belong to the main encoder.
constexpr std::uint32_t kContextStream = 1u << 12;

ObjectiveConfig checked(ObjectiveConfig config) {
  nn::entry_named(kContextModes, kName, "context mode", config.context_mode);
  nn::entry_named(nn::plain_pooling_names(), kName, "context pooling", config.context_pooling);
  if (config.context_size < 1)
    fail(ErrorKind::usage, kName, "context size must be at least 1, got ", config.context_size);
  if (config.negative_samples < 1)
    fail(ErrorKind::usage, kName, "negative samples must be at least 1, got ",
         config.negative_samples);
  if (nn::output_width(config.encoder) != config.encoder.width)
    fail(ErrorKind::usage, kName, "jumping knowledge '", config.encoder.jk,
         "' makes states of width ", nn::output_width(config.encoder), ", but contexts have width ",
         config.encoder.width, "; use last, max or sum");
  return config;
}

nn::EncoderConfig context_encoder_config(const ObjectiveConfig& config) {
  nn::EncoderConfig encoder = config.encoder;
  encoder.layers = config.context_size;
  encoder.jk = "last";
  return encoder;
}

// The shifts 1..count that do not bring every one of `graph_count` graphs back to itself.
std::vector<std::int32_t> usable_shifts(int count, std::int32_t graph_count) {
  std::vector<std::int32_t> shifts;
  for (std::int32_t shift = 1; shift <= count; ++shift)
    if (shift % graph_count != 0) shifts.push_back(shift);
  return shifts;
}

// Rows of one side of the comparisons, without a copy where they are all rows in order.
Tensor side(const Tensor& states, const RowMap& map) {
  return map.identity ? states : ops::gather_rows(states, map);
}

double share(const Tensor& scores, bool above_zero) {
  const std::vector<double> values = scores.to_doubles();
  const auto count = std::count_if(values.begin(), values.end(), [above_zero](double score) {
    return above_zero ? score > 0 : score < 0;
  });
  return static_cast<double>(count) / static_cast<double>(values.size());
}

}  // namespace

void ContextBatch::move_to(Device device) {
  substructures = substructures.to(device), contexts = contexts.to(device);
  for (RowMap* map : {&centres, &anchors, &anchor_rows, &positive.left, &positive.right,
                      &negative.left, &negative.right})
    *map = map->to(device);
}

ContextPrediction::ContextPrediction(const ObjectiveConfig& config)
    : config_(checked(config)),
      pools_anchors_(config.context_mode == "cbow"),
      context_encoder_(
          nn::make_encoder(context_encoder_config(config), config.seed, kContextEncoderIndex)) {}

std::unique_ptr<Prepared> ContextPrediction::prepare(const data::Dataset& dataset,
                                                     std::span<const std::int64_t> rows,
                                                     const data::BatchKey& key) const {
  graphs::require_same_schema(kName, config_.encoder.schema, dataset.schema());
  std::vector<graphs::GraphView> graphs;
  std::vector<std::int32_t> roots;
  for (const std::int64_t row : rows) {
    graphs.push_back(dataset.graph(row));
    const auto node_count = static_cast<std::uint64_t>(graphs.back().node_count());
    Random random({.seed = key.seed,
                   .purpose = Purpose::context_root,
                   .epoch = key.epoch,
                   .item = static_cast<std::uint32_t>(row)});
    roots.push_back(node_count == 0 ? 0 : static_cast<std::int32_t>(random.below(node_count)));
  }
  auto prepared = prepare_roots(graphs, roots);
  prepared->rows.assign(rows.begin(), rows.end());
  return prepared;
}

std::unique_ptr<ContextBatch> ContextPrediction::prepare_roots(
    std::span<const graphs::GraphView> graphs, std::span<const std::int32_t> roots) const {
  const int reach = config_.encoder.layers;
  std::vector<graphs::ContextPair> pairs;
  pairs.reserve(graphs.size());
  for (std::size_t g = 0; g < graphs.size(); ++g)
    if (graphs[g].node_count() > 0)
      pairs.push_back(graphs::context_pair(graphs[g], roots[g], reach, reach - 1,
                                           reach - 1 + config_.context_size));
  return prepare_pairs(pairs);
}

std::unique_ptr<ContextBatch> ContextPrediction::prepare_pairs(
    std::span<const graphs::ContextPair> pairs) const {
  std::vector<const graphs::ContextPair*> kept;
  std::vector<graphs::GraphView> substructures, contexts;
  for (const graphs::ContextPair& pair : pairs) {
    if (pair.empty()) continue;
    kept.push_back(&pair);
    substructures.push_back(pair.substructure.view());
    contexts.push_back(pair.context.view());
  }
  auto prepared = std::make_unique<ContextBatch>();
  prepared->empty = kept.size() < 2;
  if (prepared->empty) return prepared;

  prepared->substructures =
      nn::encoder_batch(substructures, config_.encoder, nn::BatchUse::training);
  prepared->contexts =
      nn::encoder_batch(contexts, context_encoder_->config(), nn::BatchUse::training);
  const BatchRows substructure_row(prepared->substructures), context_row(prepared->contexts);

  const auto graph_count = static_cast<std::int32_t>(kept.size());
  std::vector<std::int32_t> centres, anchor_offset{0}, anchor_rows, anchor_graph;
  for (std::int32_t g = 0; g < graph_count; ++g) {
    const auto at = static_cast<std::size_t>(g);
    centres.push_back(substructure_row.of(at, kept[at]->root_row));
    for (const std::int32_t node : kept[at]->overlap_rows) {
      anchor_rows.push_back(context_row.of(at, node));
      anchor_graph.push_back(g);
    }
    anchor_offset.push_back(static_cast<std::int32_t>(anchor_rows.size()));
  }
  prepared->centres = make_gather(substructure_row.count(), centres);
  if (pools_anchors_)
    prepared->anchors = make_row_map(context_row.count(), anchor_offset, anchor_rows);
  else
    prepared->anchor_rows = make_gather(context_row.count(), anchor_rows);
  choose_pairs(*prepared, graph_count, anchor_graph);
  return prepared;
}

void ContextPrediction::choose_pairs(ContextBatch& batch, std::int32_t graph_count,
                                     const std::vector<std::int32_t>& anchor_graph) const {
  const auto anchor_count = static_cast<std::int32_t>(anchor_graph.size());
  const std::int32_t context_count = pools_anchors_ ? graph_count : anchor_count;
  std::vector<std::int32_t> left, right;
  for (const std::int32_t shift : usable_shifts(config_.negative_samples, graph_count))
    for (std::int32_t i = 0; i < context_count; ++i) {
      // cbow: the centre of i with the context further on; skipgram: anchor i with the centre
      // further on.
      left.push_back(
          pools_anchors_ ? i : (anchor_graph[static_cast<std::size_t>(i)] + shift) % graph_count);
      right.push_back(pools_anchors_ ? (i + shift) % graph_count : i);
    }
  batch.positive.left =
      pools_anchors_ ? make_identity(graph_count) : make_gather(graph_count, anchor_graph);
  batch.positive.right = make_identity(context_count);
  batch.negative.left = make_gather(graph_count, left);
  batch.negative.right = make_gather(context_count, right);
}

ContextPrediction::Scores ContextPrediction::scores(nn::Encoder& encoder, const ContextBatch& batch,
                                                    const nn::ForwardContext& context) {
  const Tensor centres =
      ops::gather_rows(encoder.forward(batch.substructures, context), batch.centres);
  const Tensor states = context_encoder_->forward(batch.contexts, context, kContextStream);
  const Tensor contexts = pools_anchors_ ? nn::pool(config_.context_pooling, states, batch.anchors)
                                         : ops::gather_rows(states, batch.anchor_rows);
  const auto compare = [&](const RowPairs& pairs) {
    return ops::row_dot(side(centres, pairs.left), side(contexts, pairs.right));
  };
  return {compare(batch.positive), compare(batch.negative)};
}

LossResult ContextPrediction::loss(nn::Encoder& encoder, const Prepared& prepared,
                                   const nn::ForwardContext& context) {
  const auto& batch = dynamic_cast<const ContextBatch&>(prepared);
  const auto [positive, negative] = scores(encoder, batch, context);
  const Tensor loss_positive = ops::bce_with_logits(
      positive, Tensor::full(positive.shape(), 1, positive.dtype(), positive.device()));
  const Tensor loss_negative = ops::bce_with_logits(
      negative, Tensor::zeros(negative.shape(), negative.dtype(), negative.device()));
  LossResult result;
  result.loss = ops::add(loss_positive, ops::scale(loss_negative, config_.negative_samples));
  result.measured = {loss_positive.detach(), loss_negative.detach(), positive.detach(),
                     negative.detach()};
  result.metrics_of = [](std::span<const Tensor> measured) {
    return Metrics{{"loss_pos", measured[0].item()},
                   {"loss_neg", measured[1].item()},
                   {"accuracy", 0.5 * (share(measured[2], true) + share(measured[3], false))}};
  };
  return result;
}

nn::Parameters ContextPrediction::parameters() const {
  return nn::with_prefix("context_gnn.", context_encoder_->parameters());
}

}  // namespace aufbau::objectives
