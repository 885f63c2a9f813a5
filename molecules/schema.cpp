#include <algorithm>

#include "core/error.h"
#include "core/text.h"
#include "molecules/schemas.h"

namespace aufbau::molecules {

const std::vector<SchemaEntry> kSchemas = {
    {"hu2", "element and chirality of atoms, type and direction of bonds (Hu et al. 2020)",
     hu2_schema, featurise_hu2},
    {"ogb9", "nine columns of atoms, three of bonds (Open Graph Benchmark)", ogb9_schema,
     featurise_ogb9},
};

const std::vector<DecisionEntry> kDecisions = {
    {"unknown-element", &Decisions::unknown_element},
    {"unspecified-chirality", &Decisions::unspecified_chirality},
    {"misc-chirality", &Decisions::misc_chirality},
    {"misc-degree", &Decisions::misc_degree},
    {"misc-charge", &Decisions::misc_charge},
    {"misc-hydrogens", &Decisions::misc_hydrogens},
    {"misc-radicals", &Decisions::misc_radicals},
    {"misc-hybridisation", &Decisions::misc_hybridisation},
    {"misc-bond-type", &Decisions::misc_bond_type},
};

Decisions& Decisions::operator+=(const Decisions& more) {
  for (const DecisionEntry& entry : kDecisions) this->*entry.count += more.*entry.count;
  return *this;
}

graphs::FeatureSchema schema_by_name(const std::string& name) {
  std::vector<std::string> known;
  for (const SchemaEntry& entry : kSchemas) {
    if (entry.name == name) return entry.make();
    known.push_back(entry.name);
  }
  fail_unknown_name("schema", "feature schema", name, known);
}

Featurised featurise(const Molecule& molecule, const graphs::FeatureSchema& schema,
                     Decisions& decisions) {
  for (const SchemaEntry& entry : kSchemas)
    if (entry.name == schema.name) return entry.featurise(molecule, decisions);
  fail(ErrorKind::mismatch, "featurise", "no molecule can be described by schema '", schema.name,
       "'");
}

std::uint16_t element_code(const RDKit::Atom& atom, Decisions& decisions) {
  const int number = atom.getAtomicNum();
  if (number >= 1 && number <= kUnknownElement) return static_cast<std::uint16_t>(number - 1);
  ++decisions.unknown_element;
  return kUnknownElement;
}

Refusal beyond_vocabulary(const RDKit::Bond& bond, const std::string& what, const char* schema) {
  return {"out-of-vocabulary", "bond " + std::to_string(bond.getBeginAtomIdx() + 1) + "-" +
                                   std::to_string(bond.getEndAtomIdx() + 1) + " has " + what +
                                   ", which schema " + schema + " has no code for"};
}

}  // namespace aufbau::molecules
