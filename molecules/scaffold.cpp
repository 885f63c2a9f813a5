#include <RDGeneral/RDConfig.h>

#include <GraphMol/MolOps.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <vector>

#include "molecules/rdkit.h"

namespace aufbau::molecules {

namespace {

using RDKit::Atom;
using RDKit::Bond;
using RDKit::RWMol;

// Ring atoms and the atoms between rings: what is left when ends of chains that are not in a ring
// are cut off until there are none. RDKit finds the same atoms from all shortest paths, in time
// cubic in the number of atoms.
std::vector<bool> framework_atoms(const RWMol& mol) {
  const std::size_t count = mol.getNumAtoms();
  std::vector<bool> kept(count, true);
  std::vector<unsigned> degree(count);
  std::vector<unsigned> ends;
  const auto is_end = [&](unsigned atom) {
    return degree[atom] <= 1 && mol.getRingInfo()->numAtomRings(atom) == 0;
  };
  for (const Atom* atom : mol.atoms()) {
    degree[atom->getIdx()] = atom->getDegree();
    if (is_end(atom->getIdx())) ends.push_back(atom->getIdx());
  }
  while (!ends.empty()) {
    const unsigned end = ends.back();
    ends.pop_back();
    if (!kept[end]) continue;
    kept[end] = false;
    for (const Atom* neighbour : mol.atomNeighbors(mol.getAtomWithIdx(end))) {
      const unsigned next = neighbour->getIdx();
      --degree[next];
      if (kept[next] && is_end(next)) ends.push_back(next);
    }
  }
  return kept;
}

// RDKit's rules (MurckoDecompose) for the atoms beside the cut: what is double-bonded to the
// framework stays; an aromatic heteroatom gets its hydrogen; else hydrogens are counted anew and
// the centre is no longer one.
bool stays(RWMol& scaffold, const Atom& outside, const std::vector<bool>& kept) {
  for (Atom* neighbour : scaffold.atomNeighbors(&outside)) {
    if (!kept[neighbour->getIdx()]) continue;
    const Bond* bond = scaffold.getBondBetweenAtoms(outside.getIdx(), neighbour->getIdx());
    if (bond->getBondType() == Bond::DOUBLE) return true;
    if (neighbour->getIsAromatic() && neighbour->getAtomicNum() != 6) {
      neighbour->setNumExplicitHs(1);
    } else if (neighbour->getNoImplicit() || neighbour->getChiralTag() != Atom::CHI_UNSPECIFIED) {
      neighbour->setNoImplicit(false);
      neighbour->setNumExplicitHs(0);
      neighbour->setChiralTag(Atom::CHI_UNSPECIFIED);
    }
  }
  return false;
}

// The scaffold can be unreasonable where the molecule was not: then it is written as it is.
void update_properties(RWMol& scaffold) {
  try {
    scaffold.updatePropertyCache(true);
  } catch (const RDKit::MolSanitizeException&) {
    scaffold.updatePropertyCache(false);
  }
}

RWMol decompose(const RWMol& mol) {
  RWMol scaffold(mol);
  const std::vector<bool> kept = framework_atoms(mol);
  std::vector<Atom*> removed;
  for (Atom* atom : scaffold.atoms())
    if (!kept[atom->getIdx()] && !stays(scaffold, *atom, kept)) removed.push_back(atom);
  for (Atom* atom : removed) scaffold.removeAtom(atom);
  scaffold.clearComputedProps();
  update_properties(scaffold);
  RDKit::MolOps::symmetrizeSSSR(scaffold);
  return scaffold;
}

// Whether the two texts can differ at all.
bool has_stereo_or_isotopes(const RWMol& mol) {
  for (const Atom* atom : mol.atoms())
    if (atom->getChiralTag() != Atom::CHI_UNSPECIFIED || atom->getIsotope() != 0) return true;
  for (const Bond* bond : mol.bonds())
    if (bond->getStereo() != Bond::STEREONONE || bond->getBondDir() != Bond::NONE) return true;
  return false;
}

}  // namespace

Scaffolds scaffolds(const Molecule& molecule) {
  const RWMol& mol = *molecule.state().mol;
  if (mol.getRingInfo()->numRings() == 0) return {};
  const QuietLogs quiet;
  const RdkitScope scope;
  const RWMol scaffold = decompose(mol);
  Scaffolds texts;
  texts.chiral = RDKit::MolToSmiles(scaffold, /*doIsomericSmiles=*/true);
  texts.achiral = has_stereo_or_isotopes(scaffold)
                      ? RDKit::MolToSmiles(scaffold, /*doIsomericSmiles=*/false)
                      : texts.chiral;
  return texts;
}

std::string scaffold(const Molecule& molecule, bool chiral) {
  Scaffolds texts = scaffolds(molecule);
  return std::move(chiral ? texts.chiral : texts.achiral);
}

}  // namespace aufbau::molecules
