#pragma once
#include <memory>
#include <optional>
#include <string>

#include "aufbau.h"
#include "nn/encoder.h"
#include "nn/model_file.h"

namespace aufbau::train {

/// The encoder a run begins with, and where its tensors came from.
struct StartingEncoder {
  std::unique_ptr<nn::Encoder> encoder;
  nn::LoadReport report;  ///< full tensor names (`gnn.` ...)
  std::string init_hash;  ///< SHA-256 of the model file; empty: from scratch
};

/// From the model at `init` (its encoder options win; its head, if any, is left there), or fresh
/// when `init` is empty. `dropout` replaces the model's own. Error{mismatch} when the model was
/// made for another feature schema.
StartingEncoder make_starting_encoder(const std::string& where, const std::string& init,
                                      const EncoderOptions& options, std::optional<double> dropout,
                                      const graphs::FeatureSchema& schema, std::uint64_t seed,
                                      bool share_rows = true);

/// The options that describe an encoder, for config.toml.
EncoderOptions encoder_options(const nn::EncoderConfig& config);

}  // namespace aufbau::train
