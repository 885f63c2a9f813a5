#include <RDGeneral/RDConfig.h>

#include <GraphMol/MolOps.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <algorithm>

#include "molecules/rdkit.h"

namespace aufbau::molecules {

namespace {

using RDKit::RWMol;

// Labels go first: heavy hydrogen is then an ordinary one, and those are not written as atoms.
std::string bare_smiles(RWMol fragment) {
  for (RDKit::Atom* atom : fragment.atoms()) {
    atom->setIsotope(0);
    atom->setAtomMapNum(0);
  }
  RDKit::MolOps::removeStereochemistry(fragment);
  // Not sanitised again, for the reason that fragments_of gives.
  const bool implicit_only = false, update_count = true, sanitize = false;
  RDKit::MolOps::removeHs(fragment, implicit_only, update_count, sanitize);
  RDKit::MolOps::symmetrizeSSSR(fragment);
  return RDKit::MolToSmiles(fragment, /*doIsomericSmiles=*/false);
}

}  // namespace

std::string identity(const Molecule& molecule) {
  const QuietLogs quiet;
  const RdkitScope scope;
  const auto fragments = fragments_of(*molecule.state().mol);
  unsigned most = 0;
  for (const auto& fragment : fragments) most = std::max(most, fragment->getNumHeavyAtoms());
  std::string smallest;
  for (const auto& fragment : fragments) {
    if (fragment->getNumHeavyAtoms() != most) continue;
    std::string text = bare_smiles(RWMol(*fragment));
    if (smallest.empty() || text < smallest) smallest = std::move(text);
  }
  return smallest;
}

}  // namespace aufbau::molecules
