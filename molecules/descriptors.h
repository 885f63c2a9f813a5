#pragma once
#include <vector>

#include "molecules/molecule.h"

namespace aufbau::molecules {

/// A number that chemists describe a molecule by, as RDKit computes it.
struct Descriptor {
  const char* name;
  const char* summary;
};
/// In the order of descriptors().
const std::vector<Descriptor>& descriptor_names();

/// [descriptor_names().size()]
std::vector<double> descriptors(const Molecule& molecule);

}  // namespace aufbau::molecules
