#include "molecules/descriptors.h"

#include <RDGeneral/RDConfig.h>

#include <GraphMol/Descriptors/Crippen.h>
#include <GraphMol/Descriptors/Lipinski.h>
#include <GraphMol/Descriptors/MolDescriptors.h>
#include <GraphMol/MolOps.h>

#include "molecules/rdkit.h"

namespace aufbau::molecules {

namespace {

using RDKit::ROMol;

struct Entry {
  Descriptor descriptor;
  double (*value)(const ROMol& mol);
};

double log_p(const ROMol& mol) {
  double partition = 0, refractivity = 0;
  RDKit::Descriptors::calcCrippenDescriptors(mol, partition, refractivity);
  return partition;
}

double stereo_centres(const ROMol& mol) {
  double centres = 0;
  for (const RDKit::Atom* atom : mol.atoms())
    centres += atom->getChiralTag() != RDKit::Atom::CHI_UNSPECIFIED;
  return centres;
}

const std::vector<Entry>& entries() {
  namespace rd = RDKit::Descriptors;
  static const std::vector<Entry> all = {
      {{"weight", "mean molecular weight"}, [](const ROMol& m) { return rd::calcAMW(m); }},
      {{"logp", "octanol-water partition, Crippen"}, log_p},
      {{"tpsa", "topological polar surface area"}, [](const ROMol& m) { return rd::calcTPSA(m); }},
      {{"donors", "hydrogen bond donors"}, [](const ROMol& m) { return 1.0 * rd::calcNumHBD(m); }},
      {{"acceptors", "hydrogen bond acceptors"},
       [](const ROMol& m) { return 1.0 * rd::calcNumHBA(m); }},
      {{"rotatable", "rotatable bonds"},
       [](const ROMol& m) { return 1.0 * rd::calcNumRotatableBonds(m); }},
      {{"rings", "rings"}, [](const ROMol& m) { return 1.0 * rd::calcNumRings(m); }},
      {{"aromatic-rings", "aromatic rings"},
       [](const ROMol& m) { return 1.0 * rd::calcNumAromaticRings(m); }},
      {{"sp3", "share of carbons that are sp3"},
       [](const ROMol& m) { return rd::calcFractionCSP3(m); }},
      {{"heavy-atoms", "atoms but hydrogen"},
       [](const ROMol& m) { return 1.0 * m.getNumHeavyAtoms(); }},
      {{"heteroatoms", "atoms but carbon and hydrogen"},
       [](const ROMol& m) { return 1.0 * rd::calcNumHeteroatoms(m); }},
      {{"charge", "formal charge"},
       [](const ROMol& m) { return 1.0 * RDKit::MolOps::getFormalCharge(m); }},
      {{"stereocentres", "atoms with a chirality that is given"}, stereo_centres},
  };
  return all;
}

}  // namespace

const std::vector<Descriptor>& descriptor_names() {
  static const std::vector<Descriptor> names = [] {
    std::vector<Descriptor> all;
    for (const Entry& entry : entries()) all.push_back(entry.descriptor);
    return all;
  }();
  return names;
}

std::vector<double> descriptors(const Molecule& molecule) {
  const QuietLogs quiet;
  const RdkitScope scope;
  std::vector<double> values;
  values.reserve(entries().size());
  for (const Entry& entry : entries()) values.push_back(entry.value(*molecule.state().mol));
  return values;
}

}  // namespace aufbau::molecules
