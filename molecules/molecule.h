#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "graphs/graph.h"

namespace aufbau::molecules {

/// Why a row was refused. `code` is one of kRejectCodes; `reason` is for people (RDKit's own
/// sentence where it has one).
struct Refusal {
  std::string code, reason;
};

/// Every reject code with its meaning: the rejects file, the README and the tests read this table.
struct RejectCode {
  const char* code;
  const char* meaning;
};
extern const std::vector<RejectCode> kRejectCodes;

struct Limits {
  std::int64_t max_smiles_length = 2000, max_atoms = 999;  ///< bonds: twice max_atoms
};

/// A sanitised molecule. Owns the RDKit object; movable; not to be shared between threads (RDKit
/// computes lazily).
class Molecule {
 public:
  Molecule(Molecule&&) noexcept;
  Molecule& operator=(Molecule&&) noexcept;
  ~Molecule();
  struct State;
  explicit Molecule(std::unique_ptr<State> state);
  State& state() const { return *state_; }

  std::int64_t atom_count() const;
  std::string canonical_smiles() const;

 private:
  std::unique_ptr<State> state_;
};

using ParseResult = std::variant<Molecule, Refusal>;

/// Guarded: bytes 0x21-0x7E and length are checked before RDKit sees the text, and the parse route
/// is the one whose time is linear in chain length. Never throws for bad input. Safe from several
/// threads.
ParseResult parse_smiles(std::string_view smiles, const Limits& limits = {});
/// One mol block (an SDF record up to and including "M  END"). Same promises.
ParseResult parse_mol_block(std::string_view block, const Limits& limits = {});

/// Number of parts that no bond connects.
std::int64_t fragment_count(const Molecule& molecule);
/// Largest fragment by heavy atoms, the first on ties.
Molecule parent(const Molecule& molecule);

/// What makes two records the same molecule when training data are kept apart from test data:
/// canonical SMILES of the largest fragment by heavy atoms (of several the first in the alphabet),
/// without stereo, isotopes, atom maps and explicit hydrogens. Charges stay.
std::string identity(const Molecule& molecule);

/// Bemis-Murcko scaffold as canonical SMILES; empty for acyclic molecules.
/// Agrees with RDKit's MurckoScaffoldSmiles(smiles, includeChirality).
std::string scaffold(const Molecule& molecule, bool chiral);
/// Both at once, for little more than the price of one.
struct Scaffolds {
  std::string chiral, achiral;
};
Scaffolds scaffolds(const Molecule& molecule);

/// How often a value outside a vocabulary took the entry that the schema has for it.
struct Decisions {
  std::int64_t unknown_element = 0, unspecified_chirality = 0, misc_chirality = 0, misc_degree = 0,
               misc_charge = 0, misc_hydrogens = 0, misc_radicals = 0, misc_hybridisation = 0,
               misc_bond_type = 0;
  Decisions& operator+=(const Decisions& more);
};
/// Every decision by the name that summaries give it.
struct DecisionEntry {
  const char* name;
  std::int64_t Decisions::*count;
};
extern const std::vector<DecisionEntry> kDecisions;

/// Molecule to graph under a schema. Refusal{out-of-vocabulary} where the schema says so;
/// Error{mismatch}: a schema of other graphs.
using Featurised = std::variant<graphs::Graph, Refusal>;
Featurised featurise(const Molecule& molecule, const graphs::FeatureSchema& schema,
                     Decisions& decisions);

/// The table of schemas.
struct SchemaEntry {
  const char* name;
  const char* summary;
  graphs::FeatureSchema (*make)();
  Featurised (*featurise)(const Molecule& molecule, Decisions& decisions);
};
extern const std::vector<SchemaEntry> kSchemas;
graphs::FeatureSchema schema_by_name(
    const std::string& name);  ///< Error{usage} with the known names

/// ECFP: RDKit Morgan fingerprint; the set bits, ascending.
std::vector<std::int32_t> morgan_bits(const Molecule& molecule, int radius = 2,
                                      int bit_count = 2048);

std::string rdkit_version();

}  // namespace aufbau::molecules
