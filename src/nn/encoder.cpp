#include "nn/encoder.h"

#include "core/error.h"
#include "nn/jumping_knowledge.h"
#include "nn/layers/layers.h"
#include "nn/normalisation.h"
#include "nn/table.h"
#include "tensor/ops.h"

namespace aufbau::nn {

namespace {

std::string layer_prefix(int layer) { return "gnns." + std::to_string(layer) + "."; }
std::string norm_prefix(int layer) { return "batch_norms." + std::to_string(layer) + "."; }
std::string node_table_name(Stack stack, std::size_t column) {
  const std::string number = std::to_string(column + 1);
  if (stack == Stack::chemistry) return "x_embedding" + number + ".weight";
  return layer_prefix(0) + "input_node_embeddings" + (column == 0 ? "" : number) + ".weight";
}

class LayerStack : public Encoder {
 public:
  LayerStack(EncoderConfig config, Parameters parameters)
      : config_(std::move(config)),
        stack_(layer_entry(config_.type).stack),
        jumping_knowledge_(jumping_knowledge_entry(config_.jk)),
        parameters_(std::move(parameters)) {
    const graphs::FeatureSchema& schema = config_.schema;
    for (std::size_t c = 0; c < schema.node.size(); ++c)
      node_tables_.push_back(tensor_named(parameters_, node_table_name(stack_, c)));
    edge_codes_ =
        Tensor::from(std::span<const std::int32_t>(schema.edge_code_columns()),
                     {schema.edge_code_count(), static_cast<std::int64_t>(schema.edge.size())});
    const LayerEntry& entry = layer_entry(config_.type);
    for (int i = 0; i < config_.layers; ++i) {
      layers_.push_back(entry.make(config_, below(layer_prefix(i), parameters_)));
      if (stack_ == Stack::chemistry) norms_.emplace_back(below(norm_prefix(i), parameters_));
    }
  }

  Tensor forward(const graphs::GraphBatch& batch, const ForwardContext& context,
                 std::uint32_t stream_base) override {
    if (batch.blocks.size() != layers_.size())
      fail(ErrorKind::internal, "encoder", "a batch of ", batch.blocks.size(),
           " blocks came to an encoder of ", layers_.size(), " layers");
    const Tensor edge_features = edge_features_of(batch);
    Tensor states = ops::embedding_sum(batch.node_codes, node_tables_);
    // The published networks for biology have no input embedding outside their first layer.
    const std::size_t first_level = stack_ == Stack::chemistry ? 0 : 1;
    std::vector<Tensor> levels;
    if (first_level == 0) levels.push_back(states);
    for (int l = 0; l < config_.layers; ++l) {
      const graphs::Block& block = batch.blocks[static_cast<std::size_t>(l)];
      states = layer_forward(l, states, block, edge_features, context, stream_base);
      if (jumping_knowledge_.last_only) levels.clear();
      levels.push_back(states);
    }
    if (!jumping_knowledge_.last_only)
      for (std::size_t l = 0; l < levels.size(); ++l)
        levels[l] = ops::gather_rows(levels[l], batch.level_rows[first_level + l]);
    return jumping_knowledge_.combine(levels);
  }

  Parameters parameters() const override { return parameters_; }
  const EncoderConfig& config() const override { return config_; }

 private:
  Tensor edge_features_of(const graphs::GraphBatch& batch) const {
    if (!batch.edge_values) return edge_codes_.to(batch.node_codes.device());
    if (batch.edge_values.dtype() == config_.dtype) return batch.edge_values;
    return batch.edge_values.to(config_.dtype);
  }

  Tensor layer_forward(int l, const Tensor& states, const graphs::Block& block,
                       const Tensor& edge_features, const ForwardContext& context,
                       std::uint32_t stream_base) {
    const auto i = static_cast<std::size_t>(l);
    const bool is_last = l + 1 == config_.layers;
    Tensor next;
    if (stack_ == Stack::chemistry) {
      next =
          layers_[i]->forward_normalised(states, block, edge_features, context, norms_[i],
                                         is_last ? ops::Activation::none : ops::Activation::relu);
    } else {
      next = layers_[i]->forward(states, block, edge_features, context);
      if (!is_last) next = ops::relu(next);
    }
    if (block.spread.rows > 0) next = ops::gather_rows(next, block.spread);
    if (!context.training) return next;
    return ops::dropout(next, config_.dropout,
                        {.seed = context.seed,
                         .purpose = Purpose::dropout,
                         .epoch = context.epoch,
                         .item = context.step,
                         .stream = stream_base + static_cast<std::uint32_t>(l)});
  }

  EncoderConfig config_;
  Stack stack_;
  const JumpingKnowledgeEntry& jumping_knowledge_;
  Parameters parameters_;
  std::vector<Tensor> node_tables_;
  std::vector<std::unique_ptr<Layer>> layers_;
  std::vector<Normalisation> norms_;
  Tensor edge_codes_;  // i32 [edge codes, edge columns]
};

}  // namespace

ParameterSpecs encoder_specs(const EncoderConfig& config) {
  require_valid(config);
  const LayerEntry& entry = layer_entry(config.type);
  ParameterSpecs all;
  const auto append = [&](const ParameterSpecs& more) {
    all.insert(all.end(), more.begin(), more.end());
  };
  ParameterSpecs node_tables;
  for (std::size_t c = 0; c < config.schema.node.size(); ++c)
    node_tables.push_back({node_table_name(entry.stack, c),
                           {config.schema.node[c].cardinality, config.width},
                           Init::xavier_uniform});
  if (entry.stack == Stack::chemistry) append(node_tables);
  for (int i = 0; i < config.layers; ++i) {
    append(with_prefix(layer_prefix(i), entry.specs(config)));
    if (entry.stack == Stack::biology && i == 0) append(node_tables);
  }
  for (int i = 0; i < config.layers && entry.stack == Stack::chemistry; ++i)
    append(with_prefix(norm_prefix(i), Normalisation::specs(config.width)));
  return all;
}

std::unique_ptr<Encoder> make_encoder(const EncoderConfig& config, std::uint64_t seed,
                                      std::uint32_t index_base) {
  return std::make_unique<LayerStack>(
      config,
      make_parameters(encoder_specs(config), config.dtype, seed, Purpose::initialise, index_base));
}

std::vector<NamedEntry> encoder_names() { return names_of(kLayers); }
std::vector<NamedEntry> jumping_knowledge_names() { return names_of(kJumpingKnowledge); }

}  // namespace aufbau::nn
