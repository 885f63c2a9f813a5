#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "data/dataset.h"

namespace aufbau::train {

/// What every model says of the data it was trained on: data_hash, graphs, standardize,
/// program_version, seed. Nothing that depends on time, place or threads: equal runs give equal
/// files.
std::map<std::string, std::string> model_card(const data::Dataset& dataset, std::uint64_t seed);

/// How the molecules of the training data were standardised at ingestion, so that prediction does
/// the same; "none" when the card does not say.
std::string standardization_of(const std::map<std::string, std::string>& card);

}  // namespace aufbau::train
