#pragma once
#include <string>
#include <vector>

#include "testing/files.h"

namespace aufbau::testing {

/// A dataset with one regression target, and small models trained on it by the program; made once
/// per process.
struct Jobs {
  TemporaryFolder folder;
  std::string table;  ///< CSV: smiles,tpsa
  std::string dataset;
  std::string pretrained;  ///< run folders
  std::string finetuned, scratch;
  std::string model() const { return finetuned + "/model.safetensors"; }
};
const Jobs& jobs();

/// Small and quick: what every training command of these tests is given.
std::vector<std::string> with_small_encoder(std::vector<std::string> arguments);

std::vector<std::string> lines_of(const std::string& text);

}  // namespace aufbau::testing
