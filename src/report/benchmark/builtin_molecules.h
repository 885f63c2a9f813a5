#pragma once
#include <string>
#include <vector>

namespace aufbau::report {

/// Drug molecules, about 26 heavy atoms on average: what is measured where no file is given and
/// rdkit-data is absent.
extern const std::vector<std::string> kBuiltinMolecules;

}  // namespace aufbau::report
