// The guard and RDKit behind it on any bytes, and everything that is done to a molecule.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "molecules/molecule.h"

namespace molecules = aufbau::molecules;

namespace {

void featurise(const molecules::Molecule& molecule) {
  molecules::Decisions decisions;
  for (const molecules::SchemaEntry& entry : molecules::kSchemas) {
    const molecules::Featurised made = entry.featurise(molecule, decisions);
    if (const auto* graph = std::get_if<aufbau::graphs::Graph>(&made))
      if (graph->view().node_count() != molecule.atom_count()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const molecules::ParseResult result = molecules::parse_smiles(text);
  if (const auto* refusal = std::get_if<molecules::Refusal>(&result)) {
    if (refusal->code.empty() || refusal->reason.empty()) std::abort();
    return 0;
  }
  const molecules::Molecule& molecule = std::get<molecules::Molecule>(result);
  if (molecule.atom_count() < 1 || molecule.atom_count() > 999) std::abort();
  featurise(molecule);
  molecules::scaffolds(molecule);
  const molecules::Molecule parent = molecules::parent(molecule);
  featurise(parent);
  molecules::scaffolds(parent);
  molecules::morgan_bits(parent);
  molecules::identity(molecule);
  molecule.canonical_smiles();
  return 0;
}
