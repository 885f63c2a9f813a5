#include "core/json_object.h"
#include "nn/encoder.h"
#include "nn/jumping_knowledge.h"
#include "nn/layers/layers.h"

namespace aufbau::nn {

namespace {

constexpr int kMaxLayers = 1000;
constexpr int kMaxWidth = 1 << 16;

void require_range(const char* what, int value, int high) {
  if (value < 1 || value > high)
    fail(ErrorKind::usage, "encoder", what, " is ", value, ", expected 1 to ", high);
}

}  // namespace

void require_valid(const EncoderConfig& config) {
  layer_entry(config.type);
  jumping_knowledge_entry(config.jk);
  require_range("the number of layers", config.layers, kMaxLayers);
  require_range("the width", config.width, kMaxWidth);
  if (!(config.dropout >= 0 && config.dropout < 1))
    fail(ErrorKind::usage, "encoder", "dropout is ", config.dropout,
         ", expected a probability from 0 to below 1");
  if (config.schema.node.empty())
    fail(ErrorKind::internal, "encoder", "the feature schema has no node column");
  if (config.dtype != DType::f32 && config.dtype != DType::f64)
    fail(ErrorKind::internal, "encoder", "dtype ", name_of(config.dtype), "; expected f32 or f64");
}

int output_width(const EncoderConfig& config) {
  if (!jumping_knowledge_entry(config.jk).concatenates) return config.width;
  const bool has_input_level = layer_entry(config.type).stack == Stack::chemistry;
  return (config.layers + (has_input_level ? 1 : 0)) * config.width;
}

std::string EncoderConfig::to_json() const {
  const Json json = {{"type", type},       {"layers", layers},
                     {"width", width},     {"jk", jk},
                     {"dropout", dropout}, {"schema", Json::parse(schema.to_json())}};
  return json.dump();
}

EncoderConfig EncoderConfig::from_json(const std::string& text) {
  constexpr const char* kWhere = "encoder configuration";
  const Json json = parse_json(text, ErrorKind::mismatch, kWhere);
  const JsonObject object(json, ErrorKind::mismatch, kWhere,
                          {"type", "layers", "width", "jk", "dropout", "schema"});
  EncoderConfig config;
  config.type = object.text("type");
  config.layers = static_cast<int>(object.integer("layers", 1, kMaxLayers));
  config.width = static_cast<int>(object.integer("width", 1, kMaxWidth));
  config.jk = object.text("jk");
  config.dropout = object.number("dropout");
  config.schema = graphs::FeatureSchema::from_json(object.at("schema").dump());
  try {
    require_valid(config);
  } catch (const Error& error) {
    throw Error(ErrorKind::mismatch, error.what());
  }
  return config;
}

}  // namespace aufbau::nn
