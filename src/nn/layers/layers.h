#pragma once
#include <memory>
#include <string>
#include <vector>

#include "nn/encoder.h"
#include "nn/init.h"
#include "nn/layers/layer.h"

namespace aufbau::nn {

/// How the layers of an encoder are stacked.
enum class Stack {
  chemistry,  ///< node tables first, a BatchNorm after every layer
  biology     ///< the first layer holds the node tables; no BatchNorm between layers
};

/// A kind of message-passing layer: an encoder is a stack of them and goes by the same name.
struct LayerEntry {
  const char* name;
  const char* summary;
  Stack stack;
  bool reads_degrees;                                    ///< Block::source_degree
  ParameterSpecs (*specs)(const EncoderConfig& config);  ///< of one layer, in state-dict order
  std::unique_ptr<Layer> (*make)(const EncoderConfig& config, const Parameters& own);
};

/// The table of layers.
extern const std::vector<LayerEntry> kLayers;
const LayerEntry& layer_entry(const std::string& name);  ///< Error{usage} with the known names

}  // namespace aufbau::nn
