// Two columns of atoms and two of bonds, as Hu et al. (2020) have them in their program.
#include "molecules/schemas.h"

namespace aufbau::molecules {

namespace {

using RDKit::Atom;
using RDKit::Bond;

std::uint16_t chirality_code(const Atom& atom, Decisions& decisions) {
  switch (atom.getChiralTag()) {
    case Atom::CHI_UNSPECIFIED:
      return 0;
    case Atom::CHI_TETRAHEDRAL_CW:
      return 1;
    case Atom::CHI_TETRAHEDRAL_CCW:
      return 2;
    default:
      ++decisions.unspecified_chirality;
      return 0;
  }
}

std::optional<std::uint16_t> type_code(const Bond& bond) {
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
      return std::nullopt;
  }
}

std::optional<std::uint16_t> direction_code(const Bond& bond) {
  switch (bond.getBondDir()) {
    case Bond::NONE:
      return 0;
    case Bond::ENDUPRIGHT:
      return 1;
    case Bond::ENDDOWNRIGHT:
      return 2;
    default:
      return std::nullopt;
  }
}

std::string type_name(const Bond& bond) {
  switch (bond.getBondType()) {
    case Bond::DATIVE:
    case Bond::DATIVEL:
    case Bond::DATIVER:
    case Bond::DATIVEONE:
      return "dative";
    case Bond::QUADRUPLE:
      return "quadruple";
    case Bond::ZERO:
      return "zero order";
    case Bond::HYDROGEN:
      return "hydrogen";
    default:
      return "number " + std::to_string(static_cast<int>(bond.getBondType()));
  }
}

}  // namespace

graphs::FeatureSchema hu2_schema() {
  graphs::FeatureSchema schema;
  schema.name = "hu2";
  // The unknown element is the entry that no published weight ever used.
  schema.node = {{"element", 120, {{"unknown", kUnknownElement}, {"mask", 119}}},
                 {"chirality", 3, {{"mask", 0}}}};
  schema.edge = {{"type", 6, {{"self-loop", 4}, {"mask", 5}}},
                 {"direction", 3, {{"self-loop", 0}, {"mask", 0}}}};
  return schema;
}

Featurised featurise_hu2(const Molecule& molecule, Decisions& decisions) {
  const auto add_atom = [](const Atom& atom, Codes& codes, Decisions& taken) {
    codes.push_back(element_code(atom, taken));
    codes.push_back(chirality_code(atom, taken));
  };
  const auto add_bond = [](const Bond& bond, Codes& codes, Decisions&) -> std::optional<Refusal> {
    const auto type = type_code(bond);
    if (!type) return beyond_vocabulary(bond, "type " + type_name(bond), "hu2");
    const auto direction = direction_code(bond);
    if (!direction)
      return beyond_vocabulary(bond, "direction number " + std::to_string(bond.getBondDir()),
                               "hu2");
    codes.push_back(*type);
    codes.push_back(*direction);
    return std::nullopt;
  };
  return make_graph(molecule, 2, 2, decisions, add_atom, add_bond);
}

}  // namespace aufbau::molecules
