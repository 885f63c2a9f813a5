#include "nn/encoder.h"

#include "core/error.h"
#include "nn/jumping_knowledge.h"
#include "nn/layers/layers.h"
#include "nn/table.h"
#include "tensor/ops.h"

namespace aufbau::nn {

namespace {

std::string layer_prefix(int layer) { return "gnns." + std::to_string(layer) + "."; }
std::string norm_prefix(int layer) { return "batch_norms." + std::to_string(layer) + "."; }
std::string node_table_name(std::size_t column) {
  return "x_embedding" + std::to_string(column + 1) + ".weight";
}

/// BatchNorm with the counter that PyTorch keeps beside it.
struct Normalisation {
  ops::BatchNormState state;
  Tensor batches_tracked;

  static ParameterSpecs specs(int width) {
    return {{"weight", {width}, Init::ones},
            {"bias", {width}, Init::zeros},
            {.name = "running_mean", .shape = {width}, .init = Init::zeros, .trained = false},
            {.name = "running_var", .shape = {width}, .init = Init::ones, .trained = false},
            {.name = "num_batches_tracked", .shape = {}, .init = Init::counter, .trained = false}};
  }
  explicit Normalisation(const Parameters& own)
      : state{.weight = tensor_named(own, "weight"),
              .bias = tensor_named(own, "bias"),
              .running_mean = tensor_named(own, "running_mean"),
              .running_var = tensor_named(own, "running_var")},
        batches_tracked(tensor_named(own, "num_batches_tracked")) {}

  Tensor forward(const Tensor& x, const Tensor& multiplicity, bool training,
                 ops::Activation activation) {
    if (training) ++batches_tracked.mutable_values<std::int64_t>()[0];
    return ops::batch_norm(x, state, multiplicity, training, activation);
  }
};

class LayerStack : public Encoder {
 public:
  LayerStack(EncoderConfig config, Parameters parameters)
      : config_(std::move(config)),
        jumping_knowledge_(jumping_knowledge_entry(config_.jk)),
        parameters_(std::move(parameters)) {
    const graphs::FeatureSchema& schema = config_.schema;
    for (std::size_t c = 0; c < schema.node.size(); ++c)
      node_tables_.push_back(tensor_named(parameters_, node_table_name(c)));
    edge_codes_ =
        Tensor::from(std::span<const std::int32_t>(schema.edge_code_columns()),
                     {schema.edge_code_count(), static_cast<std::int64_t>(schema.edge.size())});
    const LayerEntry& entry = layer_entry(config_.type);
    for (int i = 0; i < config_.layers; ++i) {
      layers_.push_back(entry.make(config_, below(layer_prefix(i), parameters_)));
      norms_.emplace_back(below(norm_prefix(i), parameters_));
    }
  }

  Tensor forward(const graphs::GraphBatch& batch, const ForwardContext& context,
                 std::uint32_t stream_base) override {
    if (batch.blocks.size() != layers_.size())
      fail(ErrorKind::internal, "encoder", "a batch of ", batch.blocks.size(),
           " blocks came to an encoder of ", layers_.size(), " layers");
    Tensor states = ops::embedding_sum(batch.node_codes, node_tables_);
    std::vector<Tensor> levels = {states};
    for (int l = 0; l < config_.layers; ++l) {
      states =
          layer_forward(l, states, batch.blocks[static_cast<std::size_t>(l)], context, stream_base);
      if (jumping_knowledge_.last_only) levels.clear();
      levels.push_back(states);
    }
    if (!jumping_knowledge_.last_only)
      for (std::size_t l = 0; l < levels.size(); ++l)
        levels[l] = ops::gather_rows(levels[l], batch.level_rows[l]);
    return jumping_knowledge_.combine(levels);
  }

  Parameters parameters() const override { return parameters_; }
  const EncoderConfig& config() const override { return config_; }

 private:
  Tensor layer_forward(int l, const Tensor& states, const graphs::Block& block,
                       const ForwardContext& context, std::uint32_t stream_base) {
    const auto i = static_cast<std::size_t>(l);
    const bool is_last = l + 1 == config_.layers;
    const Tensor convolved = layers_[i]->forward(states, block, edge_codes_);
    const Tensor normalised =
        norms_[i].forward(convolved, block.multiplicity, context.training,
                          is_last ? ops::Activation::none : ops::Activation::relu);
    if (!context.training) return normalised;
    return ops::dropout(normalised, config_.dropout,
                        {.seed = context.seed,
                         .purpose = Purpose::dropout,
                         .epoch = context.epoch,
                         .item = context.step,
                         .stream = stream_base + static_cast<std::uint32_t>(l)});
  }

  EncoderConfig config_;
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
  for (std::size_t c = 0; c < config.schema.node.size(); ++c)
    append({{node_table_name(c),
             {config.schema.node[c].cardinality, config.width},
             Init::xavier_uniform}});
  for (int i = 0; i < config.layers; ++i) append(with_prefix(layer_prefix(i), entry.specs(config)));
  for (int i = 0; i < config.layers; ++i)
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
