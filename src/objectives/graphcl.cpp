#include "objectives/graphcl.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "nn/encoder_batch.h"
#include "nn/pooling.h"
#include "nn/table.h"
#include "objectives/batch_rows.h"
#include "objectives/feature_classes.h"
#include "objectives/heads.h"
#include "tensor/ops.h"

namespace aufbau::objectives {

namespace {

constexpr const char* kName = "graphcl";

// Streams of dropout draws below this one belong to the first view.
constexpr std::uint32_t kSecondViewStream = 1u << 12;

ObjectiveConfig checked(ObjectiveConfig config) {
  if (config.augmentations.empty())
    fail(ErrorKind::usage, kName, "no augmentation to draw from; name at least one");
  for (const std::string& name : config.augmentations)
    if (std::count(config.augmentations.begin(), config.augmentations.end(), name) > 1)
      fail(ErrorKind::usage, kName, "augmentation '", name, "' is named twice");
  if (!(config.augmentation_ratio >= 0 && config.augmentation_ratio <= 1))
    fail(ErrorKind::usage, kName, "augmentation ratio must be in [0, 1], got ",
         config.augmentation_ratio);
  if (!(config.temperature > 0 && std::isfinite(config.temperature)))
    fail(ErrorKind::usage, kName, "temperature must be a number above 0, got ", config.temperature);
  return config;
}

std::vector<const AugmentationEntry*> entries_named(const std::vector<std::string>& names) {
  std::vector<const AugmentationEntry*> entries;
  for (const std::string& name : names)
    entries.push_back(&nn::entry_named(kAugmentations, kName, "augmentation", name));
  return entries;
}

AugmentationSettings settings_of(const ObjectiveConfig& config,
                                 const std::vector<const AugmentationEntry*>& augmentations) {
  AugmentationSettings settings;
  settings.ratio = config.augmentation_ratio;
  if (std::any_of(augmentations.begin(), augmentations.end(),
                  [](const AugmentationEntry* entry) { return entry->masks; }))
    settings.masked_node = masked_codes(config.encoder.schema.node, kName);
  return settings;
}

std::vector<graphs::GraphView> views_of(std::span<const graphs::Graph> graphs) {
  std::vector<graphs::GraphView> views;
  for (const graphs::Graph& graph : graphs) views.push_back(graph.view());
  return views;
}

}  // namespace

void ViewBatch::move_to(Device device) {
  for (graphs::GraphBatch& view : views) view = view.to(device);
  for (Tensor* tensor : {&own, &next, &no_own, &next_less_own}) *tensor = tensor->to(device);
}

GraphCL::GraphCL(const ObjectiveConfig& config)
    : config_(checked(config)),
      augmentations_(entries_named(config.augmentations)),
      settings_(settings_of(config, augmentations_)),
      pooling_(
          nn::make_parameters(nn::pooling_specs(config.pooling, nn::output_width(config.encoder)),
                              config.encoder.dtype, config.seed, Purpose::head, kPoolingIndex)),
      hidden_("projection_head.0",
              nn::pooled_width(config.pooling, nn::output_width(config.encoder)),
              nn::output_width(config.encoder), config.encoder.dtype, config.seed,
              kProjectionHeadIndex),
      projection_("projection_head.2", nn::output_width(config.encoder),
                  nn::output_width(config.encoder), config.encoder.dtype, config.seed,
                  kProjectionHeadIndex + 2) {}

graphs::Graph GraphCL::draw_view(const graphs::GraphView& graph, const RandomKey& key) const {
  Random random(key);
  return augmentations_[random.below(augmentations_.size())]->apply(graph, settings_, random);
}

std::unique_ptr<Prepared> GraphCL::prepare(const data::Dataset& dataset,
                                           std::span<const std::int64_t> rows,
                                           const data::BatchKey& key) const {
  graphs::require_same_schema(kName, config_.encoder.schema, dataset.schema());
  std::array<std::vector<graphs::Graph>, 2> views;
  for (const std::int64_t row : rows) {
    const graphs::GraphView graph = dataset.graph(row);
    if (graph.node_count() == 0) continue;
    for (std::uint32_t view = 0; view < 2; ++view)
      views[view].push_back(draw_view(graph, {.seed = key.seed,
                                              .purpose = Purpose::augment,
                                              .epoch = key.epoch,
                                              .item = static_cast<std::uint32_t>(row),
                                              .stream = view}));
  }
  auto prepared = prepare_views(views[0], views[1]);
  prepared->rows.assign(rows.begin(), rows.end());
  return prepared;
}

std::unique_ptr<ViewBatch> GraphCL::prepare_views(std::span<const graphs::Graph> first,
                                                  std::span<const graphs::Graph> second) const {
  if (first.size() != second.size())
    fail(ErrorKind::internal, kName, first.size(), " first views, ", second.size(),
         " second views; expected two of each graph");
  auto prepared = std::make_unique<ViewBatch>();
  prepared->empty = first.size() < 2;
  if (prepared->empty) return prepared;
  const nn::EncoderConfig& encoder = config_.encoder;
  prepared->views = {nn::encoder_batch(views_of(first), encoder, nn::BatchUse::training),
                     nn::encoder_batch(views_of(second), encoder, nn::BatchUse::training)};

  const std::size_t count = first.size();
  std::vector<std::int32_t> own(count), next(count);
  std::vector<double> no_own(count * count), next_less_own(count * count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t after = (i + 1) % count;
    own[i] = static_cast<std::int32_t>(i);
    next[i] = static_cast<std::int32_t>(after);
    no_own[i * count + i] = -std::numeric_limits<double>::infinity();
    next_less_own[i * count + i] = -1 / static_cast<double>(count);
    next_less_own[i * count + after] = 1 / static_cast<double>(count);
  }
  const auto size = static_cast<std::int64_t>(count);
  prepared->own = ids(own);
  prepared->next = ids(next);
  prepared->no_own = Tensor::from(std::span<const double>(no_own), {size, size}).to(encoder.dtype);
  prepared->next_less_own =
      Tensor::from(std::span<const double>(next_less_own), {size, size}).to(encoder.dtype);
  return prepared;
}

Tensor GraphCL::similarities(nn::Encoder& encoder, const ViewBatch& batch,
                             const nn::ForwardContext& context) const {
  const auto directions = [&](const graphs::GraphBatch& views, std::uint32_t stream) {
    const Tensor states = encoder.forward(views, context, stream);
    const Tensor pooled = nn::pool(config_.pooling, states, views.read_out(), pooling_);
    return ops::normalize_rows(projection_.forward(ops::relu(hidden_.forward(pooled))));
  };
  const Tensor first = directions(batch.views[0], 0);
  const Tensor second = directions(batch.views[1], kSecondViewStream);
  return ops::scale(ops::linear(first, second, {}), 1 / config_.temperature);
}

LossResult GraphCL::loss(nn::Encoder& encoder, const Prepared& prepared,
                         const nn::ForwardContext& context) {
  const auto& batch = dynamic_cast<const ViewBatch&>(prepared);
  const Tensor similarity = similarities(encoder, batch, context);
  // With the diagonal out of the way, the cross-entropy of the column of the next graph is
  // log sum over j != i of exp s(i,j) - s(i,next). The second term makes s(i,next) s(i,i).
  const Tensor against_others = ops::cross_entropy(ops::add(similarity, batch.no_own), batch.next);
  LossResult result;
  result.loss = ops::add(against_others, ops::weighted_sum(similarity, batch.next_less_own));
  result.measured = {ops::count_correct(similarity, batch.own)};
  result.metrics_of = [graphs = similarity.rows()](std::span<const Tensor> measured) {
    return Metrics{{"accuracy", measured[0].item() / static_cast<double>(graphs)}};
  };
  return result;
}

nn::Parameters GraphCL::parameters() const {
  nn::Parameters all = nn::with_prefix("pool.", pooling_);
  for (const nn::LinearHead* layer : {&hidden_, &projection_})
    for (nn::Parameter& parameter : layer->parameters()) all.push_back(std::move(parameter));
  return all;
}

}  // namespace aufbau::objectives
