#pragma once
#include <limits>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace aufbau::testing {

/// A dataset of single nodes with the given scaffold keys (both chiral and not), one target each.
inline store::DatasetContent content_with_scaffolds(const std::vector<std::int32_t>& keys) {
  store::DatasetContent content;
  content.graphs =
      graphs::GraphSet(graphs::FeatureSchema{"example", 1, {{"element", 120, {}}}, {}});
  content.target_names = {"activity"};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::vector<std::uint16_t> codes = {static_cast<std::uint16_t>(i % 120)};
    content.graphs.append({1, 0, codes, {}, {}, {}});
    content.molecules.smiles.push_back("C" + std::to_string(i));
    content.targets.push_back(static_cast<float>(i));
    const auto key = static_cast<std::size_t>(keys[i]);
    while (content.molecules.scaffold_names.size() <= key)
      content.molecules.scaffold_names.push_back(
          "s" + std::to_string(content.molecules.scaffold_names.size()));
  }
  content.molecules.scaffold = content.molecules.scaffold_achiral = keys;
  return content;
}

inline data::Dataset dataset_of(std::int64_t size) {
  return data::Dataset(
      content_with_scaffolds(std::vector<std::int32_t>(static_cast<std::size_t>(size), 0)), "a.h5");
}

}  // namespace aufbau::testing
