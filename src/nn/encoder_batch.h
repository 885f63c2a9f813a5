#pragma once
#include <span>

#include "graphs/batch.h"
#include "nn/encoder.h"

namespace aufbau::nn {

/// Whether dropout, which differs from node to node, is drawn.
enum class BatchUse { training, evaluation };

/// The batch that an encoder of this configuration reads: rows are shared as far as it computes the
/// same for them (graphs/compact_batch.h), up to the first layer with dropout; a row per node where
/// config.share_rows is false.
graphs::GraphBatch encoder_batch(std::span<const graphs::GraphView> graphs,
                                 const EncoderConfig& config, BatchUse use);

}  // namespace aufbau::nn
