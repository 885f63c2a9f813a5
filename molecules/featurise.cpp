#include <optional>

#include "core/error.h"
#include "molecules/rdkit.h"

namespace aufbau::molecules {

namespace {

using RDKit::Atom;
using RDKit::Bond;

// Section 1.1 of the specification: the element's index is Z - 1; what has no element gets the
// entry that no published weight ever used.
std::uint16_t element_code(const Atom& atom, Decisions& decisions) {
  constexpr std::uint16_t kUnknown = 118;
  const int number = atom.getAtomicNum();
  if (number >= 1 && number <= kUnknown) return static_cast<std::uint16_t>(number - 1);
  ++decisions.unknown_element;
  return kUnknown;
}

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

// What RDKit calls the value: the texts of its enumerations.
Refusal beyond(const Bond& bond, const char* column, const std::string& value) {
  return {"out-of-vocabulary", "bond " + std::to_string(bond.getBeginAtomIdx() + 1) + "-" +
                                   std::to_string(bond.getEndAtomIdx() + 1) + " has " + column +
                                   " " + value + ", which schema hu2 has no code for"};
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

using Featurised = std::variant<graphs::Graph, Refusal>;

Featurised featurise_hu2(const Molecule& molecule, Decisions& decisions) {
  const RDKit::RWMol& mol = *molecule.state().mol;
  graphs::Graph graph;
  graph.node_columns = graph.edge_columns = 2;
  Decisions taken;
  graph.node_codes.reserve(2 * mol.getNumAtoms());
  for (const Atom* atom : mol.atoms()) {
    graph.node_codes.push_back(element_code(*atom, taken));
    graph.node_codes.push_back(chirality_code(*atom, taken));
  }
  graph.begin.reserve(mol.getNumBonds());
  graph.end.reserve(mol.getNumBonds());
  graph.edge_codes.reserve(2 * mol.getNumBonds());
  for (const Bond* bond : mol.bonds()) {
    const auto type = type_code(*bond);
    if (!type) return beyond(*bond, "type", type_name(*bond));
    const auto direction = direction_code(*bond);
    if (!direction)
      return beyond(*bond, "direction", "number " + std::to_string(bond->getBondDir()));
    graph.begin.push_back(static_cast<std::int32_t>(bond->getBeginAtomIdx()));
    graph.end.push_back(static_cast<std::int32_t>(bond->getEndAtomIdx()));
    graph.edge_codes.push_back(*type);
    graph.edge_codes.push_back(*direction);
  }
  decisions.unknown_element += taken.unknown_element;
  decisions.unspecified_chirality += taken.unspecified_chirality;
  return graph;
}

struct Featuriser {
  const char* schema;
  Featurised (*make)(const Molecule&, Decisions&);
};

constexpr Featuriser kFeaturisers[] = {{"hu2", featurise_hu2}};

}  // namespace

Featurised featurise(const Molecule& molecule, const graphs::FeatureSchema& schema,
                     Decisions& decisions) {
  for (const Featuriser& entry : kFeaturisers)
    if (entry.schema == schema.name) return entry.make(molecule, decisions);
  fail(ErrorKind::mismatch, "featurise", "no molecule can be described by schema '", schema.name,
       "'");
}

}  // namespace aufbau::molecules
