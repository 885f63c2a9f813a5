// Nine columns of atoms and three of bonds: the molecule features of the Open Graph Benchmark
// (Hu et al. 2020, arXiv 2005.00687; vocabularies of ogb 1.3). What a vocabulary does not have
// takes its last entry, "misc", and is counted.
#include "molecules/schemas.h"

namespace aufbau::molecules {

namespace {

using RDKit::Atom;
using RDKit::Bond;

constexpr int kMiscChirality = 4, kMiscDegree = 11, kMiscCharge = 11, kMiscHydrogens = 9,
              kMiscRadicals = 5, kMiscHybridisation = 5, kMiscBondType = 4;

/// The value's place among `least`, `least` + 1, ..., with the entry `misc` behind the last of
/// them.
std::uint16_t place(int value, int least, int misc, std::int64_t& beyond) {
  const int at = value - least;
  if (at >= 0 && at < misc) return static_cast<std::uint16_t>(at);
  ++beyond;
  return static_cast<std::uint16_t>(misc);
}

std::uint16_t chirality_code(const Atom& atom, Decisions& decisions) {
  switch (atom.getChiralTag()) {
    case Atom::CHI_UNSPECIFIED:
      return 0;
    case Atom::CHI_TETRAHEDRAL_CW:
      return 1;
    case Atom::CHI_TETRAHEDRAL_CCW:
      return 2;
    case Atom::CHI_OTHER:
      return 3;
    default:
      ++decisions.misc_chirality;
      return kMiscChirality;
  }
}

std::uint16_t hybridisation_code(const Atom& atom, Decisions& decisions) {
  switch (atom.getHybridization()) {
    case Atom::SP:
      return 0;
    case Atom::SP2:
      return 1;
    case Atom::SP3:
      return 2;
    case Atom::SP3D:
      return 3;
    case Atom::SP3D2:
      return 4;
    default:
      ++decisions.misc_hybridisation;
      return kMiscHybridisation;
  }
}

std::uint16_t type_code(const Bond& bond, Decisions& decisions) {
  switch (bond.getBondType()) {
    case Bond::SINGLE:
      return 0;
    case Bond::DOUBLE:
      return 1;
    case Bond::TRIPLE:
      return 2;
    case Bond::AROMATIC:
      return 3;
    default:
      ++decisions.misc_bond_type;
      return kMiscBondType;
  }
}

std::optional<std::uint16_t> stereo_code(const Bond& bond) {
  switch (bond.getStereo()) {
    case Bond::STEREONONE:
      return 0;
    case Bond::STEREOZ:
      return 1;
    case Bond::STEREOE:
      return 2;
    case Bond::STEREOCIS:
      return 3;
    case Bond::STEREOTRANS:
      return 4;
    case Bond::STEREOANY:
      return 5;
    default:
      return std::nullopt;
  }
}

void add_atom(const Atom& atom, Codes& codes, Decisions& decisions) {
  codes.push_back(element_code(atom, decisions));
  codes.push_back(chirality_code(atom, decisions));
  codes.push_back(
      place(static_cast<int>(atom.getTotalDegree()), 0, kMiscDegree, decisions.misc_degree));
  codes.push_back(place(atom.getFormalCharge(), -5, kMiscCharge, decisions.misc_charge));
  codes.push_back(
      place(static_cast<int>(atom.getTotalNumHs()), 0, kMiscHydrogens, decisions.misc_hydrogens));
  codes.push_back(place(static_cast<int>(atom.getNumRadicalElectrons()), 0, kMiscRadicals,
                        decisions.misc_radicals));
  codes.push_back(hybridisation_code(atom, decisions));
  codes.push_back(atom.getIsAromatic());
  codes.push_back(atom.getOwningMol().getRingInfo()->numAtomRings(atom.getIdx()) > 0);
}

std::optional<Refusal> add_bond(const Bond& bond, Codes& codes, Decisions& decisions) {
  const auto stereo = stereo_code(bond);
  if (!stereo)
    return beyond_vocabulary(bond, "stereo number " + std::to_string(bond.getStereo()), "ogb9");
  codes.push_back(type_code(bond, decisions));
  codes.push_back(*stereo);
  codes.push_back(bond.getIsConjugated());
  return std::nullopt;
}

}  // namespace

graphs::FeatureSchema ogb9_schema() {
  graphs::FeatureSchema schema;
  schema.name = "ogb9";
  // Sizes and codes are those of the benchmark, but for three entries behind the last ones: the
  // masked element, and for bonds the self-loop and the masked type. The other columns of what is
  // masked show their first entry: the sum of a node's embeddings has room for all it needs in that
  // of its element.
  schema.node = {{"element", 120, {{"misc", kUnknownElement}, {"mask", 119}}},
                 {"chirality", 5, {{"misc", kMiscChirality}, {"mask", 0}}},
                 {"degree", 12, {{"misc", kMiscDegree}, {"mask", 0}}},
                 {"charge", 12, {{"misc", kMiscCharge}, {"mask", 0}}},
                 {"hydrogens", 10, {{"misc", kMiscHydrogens}, {"mask", 0}}},
                 {"radicals", 6, {{"misc", kMiscRadicals}, {"mask", 0}}},
                 {"hybridisation", 6, {{"misc", kMiscHybridisation}, {"mask", 0}}},
                 {"aromatic", 2, {{"mask", 0}}},
                 {"ring", 2, {{"mask", 0}}}};
  schema.edge = {{"type", 7, {{"misc", kMiscBondType}, {"self-loop", 5}, {"mask", 6}}},
                 {"stereo", 6, {{"self-loop", 0}, {"mask", 0}}},
                 {"conjugated", 2, {{"self-loop", 0}, {"mask", 0}}}};
  return schema;
}

Featurised featurise_ogb9(const Molecule& molecule, Decisions& decisions) {
  return make_graph(molecule, 9, 3, decisions, add_atom, add_bond);
}

}  // namespace aufbau::molecules
