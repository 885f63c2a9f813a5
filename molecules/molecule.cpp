#include "molecules/molecule.h"

#include <RDGeneral/RDConfig.h>

#include <GraphMol/MolOps.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <RDGeneral/versions.h>

#include <algorithm>

#include "molecules/rdkit.h"

namespace aufbau::molecules {

const std::vector<RejectCode> kRejectCodes = {
    {"empty", "no text where the molecule should be"},
    {"bad-bytes", "bytes that are not printable ASCII in a SMILES, or NUL anywhere in a record"},
    {"too-long", "a SMILES, field, line or record longer than its limit"},
    {"syntax",
     "not readable: SMILES or mol block grammar, quoting, number of fields, edge or graph"},
    {"sanitize", "RDKit refuses it: valence, kekulisation and other sanitisation errors"},
    {"no-atoms", "a readable molecule without atoms"},
    {"too-large", "more atoms, bonds or nodes than the limit"},
    {"out-of-vocabulary", "a bond that the feature schema has no code for"},
    {"bad-target", "a target or split value that cannot be understood"},
    {"duplicate", "the same canonical SMILES, or node of a label, as in an earlier row"},
};

Molecule::Molecule(std::unique_ptr<State> state) : state_(std::move(state)) {}
Molecule::Molecule(Molecule&&) noexcept = default;
Molecule& Molecule::operator=(Molecule&&) noexcept = default;
Molecule::~Molecule() = default;

std::int64_t Molecule::atom_count() const { return state_->mol->getNumAtoms(); }

std::string Molecule::canonical_smiles() const {
  const QuietLogs quiet;
  const RdkitScope scope;
  return RDKit::MolToSmiles(*state_->mol);
}

std::int64_t fragment_count(const Molecule& molecule) {
  std::vector<int> fragment_of_atom;
  return RDKit::MolOps::getMolFrags(*molecule.state().mol, fragment_of_atom);
}

std::vector<boost::shared_ptr<RDKit::ROMol>> fragments_of(const RDKit::ROMol& mol) {
  const bool sanitize = false;
  auto fragments = RDKit::MolOps::getMolFrags(mol, sanitize);
  for (const auto& fragment : fragments) RDKit::MolOps::symmetrizeSSSR(*fragment);
  return fragments;
}

Molecule parent(const Molecule& molecule) {
  const QuietLogs quiet;
  const RdkitScope scope;
  const auto fragments = fragments_of(*molecule.state().mol);
  // max_element returns the first of equals.
  const auto largest = std::max_element(
      fragments.begin(), fragments.end(),
      [](const auto& a, const auto& b) { return a->getNumHeavyAtoms() < b->getNumHeavyAtoms(); });
  return Molecule(std::make_unique<Molecule::State>(
      Molecule::State{std::make_unique<RDKit::RWMol>(**largest)}));
}

std::string rdkit_version() { return RDKit::rdkitVersion; }

}  // namespace aufbau::molecules
