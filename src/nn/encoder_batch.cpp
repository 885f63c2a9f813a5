#include "nn/encoder_batch.h"

#include "graphs/compact_batch.h"
#include "nn/layers/layers.h"

namespace aufbau::nn {

graphs::GraphBatch encoder_batch(std::span<const graphs::GraphView> graphs,
                                 const EncoderConfig& config, BatchUse use) {
  if (!config.share_rows) return graphs::make_batch(graphs, config.schema, config.layers);
  const bool drops = use == BatchUse::training && config.dropout > 0;
  return graphs::make_compact_batch(
      graphs, config.schema, config.layers,
      {.layers = drops ? 1 : config.layers, .by_degree = layer_entry(config.type).reads_degrees});
}

}  // namespace aufbau::nn
