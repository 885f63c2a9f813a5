#include "train/model_card.h"

#include "core/json_object.h"

namespace aufbau::train {

namespace {

constexpr const char* kStandardize = "standardize";

/// Datasets that were not made by `ingest` (general graphs) have no such option.
std::string standardize_option(const data::Dataset& dataset) {
  const Json options = Json::parse(dataset.provenance().options_json, nullptr, false);
  if (!options.is_object() || !options.contains(kStandardize)) return "none";
  const Json& value = options[kStandardize];
  return value.is_string() ? value.get<std::string>() : "none";
}

}  // namespace

std::map<std::string, std::string> model_card(const data::Dataset& dataset, std::uint64_t seed) {
  return {{"data_hash", dataset.hash()},
          {"graphs", std::to_string(dataset.size())},
          {kStandardize, standardize_option(dataset)},
          {"program_version", AUFBAU_VERSION},
          {"seed", std::to_string(seed)}};
}

std::string standardization_of(const std::map<std::string, std::string>& card) {
  const auto found = card.find(kStandardize);
  return found == card.end() ? "none" : found->second;
}

}  // namespace aufbau::train
