#pragma once
// The schemas one by one, and what they share; included by .cpp files only.
#include <optional>
#include <utility>

#include "molecules/rdkit.h"

namespace aufbau::molecules {

using Codes = std::vector<std::uint16_t>;

graphs::FeatureSchema hu2_schema();
Featurised featurise_hu2(const Molecule& molecule, Decisions& decisions);
graphs::FeatureSchema ogb9_schema();
Featurised featurise_ogb9(const Molecule& molecule, Decisions& decisions);

/// Both schemas: Z - 1, and the entry after the 118 elements for what has none.
inline constexpr std::uint16_t kUnknownElement = 118;
std::uint16_t element_code(const RDKit::Atom& atom, Decisions& decisions);

/// "bond 1-2 has type dative, which schema hu2 has no code for"
Refusal beyond_vocabulary(const RDKit::Bond& bond, const std::string& what, const char* schema);

/// Atoms in RDKit's order, then each bond once. `add_atom` appends the codes of an atom; `add_bond`
/// those of a bond, or says why the schema has none. Decisions count when the molecule is taken.
template <class AddAtom, class AddBond>
Featurised make_graph(const Molecule& molecule, int node_columns, int edge_columns,
                      Decisions& decisions, const AddAtom& add_atom, const AddBond& add_bond) {
  const RDKit::RWMol& mol = *molecule.state().mol;
  graphs::Graph graph;
  graph.node_columns = node_columns;
  graph.edge_columns = edge_columns;
  Decisions taken;
  graph.node_codes.reserve(static_cast<std::size_t>(node_columns) * mol.getNumAtoms());
  for (const RDKit::Atom* atom : mol.atoms()) add_atom(*atom, graph.node_codes, taken);
  graph.begin.reserve(mol.getNumBonds());
  graph.end.reserve(mol.getNumBonds());
  graph.edge_codes.reserve(static_cast<std::size_t>(edge_columns) * mol.getNumBonds());
  for (const RDKit::Bond* bond : mol.bonds()) {
    if (std::optional<Refusal> refusal = add_bond(*bond, graph.edge_codes, taken))
      return std::move(*refusal);
    graph.begin.push_back(static_cast<std::int32_t>(bond->getBeginAtomIdx()));
    graph.end.push_back(static_cast<std::int32_t>(bond->getEndAtomIdx()));
  }
  decisions += taken;
  return graph;
}

}  // namespace aufbau::molecules
