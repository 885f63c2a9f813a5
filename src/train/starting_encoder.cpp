#include "train/starting_encoder.h"

#include "core/error.h"
#include "data/ingest.h"
#include "graphs/schema.h"
#include "store/atomic_file.h"

namespace aufbau::train {

StartingEncoder make_starting_encoder(const std::string& where, const std::string& init,
                                      const EncoderOptions& options, std::optional<double> dropout,
                                      const graphs::FeatureSchema& schema, std::uint64_t seed,
                                      bool share_rows) {
  StartingEncoder start;
  nn::EncoderConfig config;
  if (init.empty()) {
    config.type = options.encoder;
    config.layers = options.layers;
    config.width = options.width;
    config.jk = options.jk;
    config.dropout = options.dropout;
    config.schema = schema;
    config.share_rows = share_rows;
    start.encoder = nn::make_encoder(config, seed);
    for (const nn::Parameter& parameter : nn::with_prefix("gnn.", start.encoder->parameters()))
      start.report.fresh.push_back(parameter.name);
    return start;
  }
  const nn::ModelFile model = nn::read_model(init);
  start.init_hash = store::sha256_of_file(init);
  graphs::require_same_schema(
      where + ": features of the model " + init + " and the dataset", model.encoder.schema, schema,
      data::how_to_ingest(model.encoder.schema) + ", or take another model");
  config = model.encoder;
  if (dropout) config.dropout = *dropout;
  config.share_rows = share_rows;
  start.encoder = nn::make_encoder(config, seed);
  nn::Parameters parameters = nn::with_prefix("gnn.", start.encoder->parameters());
  start.report = nn::load_parameters(model.tensors, parameters);
  return start;
}

EncoderOptions encoder_options(const nn::EncoderConfig& config) {
  EncoderOptions options;
  options.encoder = config.type;
  options.layers = config.layers;
  options.width = config.width;
  options.jk = config.jk;
  options.dropout = config.dropout;
  return options;
}

}  // namespace aufbau::train
