#include <RDGeneral/RDConfig.h>

#include <GraphMol/FileParsers/FileParsers.h>
#include <GraphMol/FileParsers/MolFileStereochem.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/SanitException.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <RDGeneral/FileParseException.h>

#include <algorithm>
#include <new>
#include <optional>

#include "core/text.h"
#include "molecules/mol_block_check.h"
#include "molecules/rdkit.h"

namespace aufbau::molecules {

namespace {

using RDKit::RWMol;
using MolPointer = std::unique_ptr<RWMol>;

constexpr std::int64_t kBondsPerAtom = 2;

Refusal too_long(std::size_t length, std::int64_t limit) {
  return {"too-long",
          std::to_string(length) + " characters, at most " + std::to_string(limit) + " are read"};
}

// RDKit's reader drops bytes that it does not know and takes a blank for the end: other molecules
// would come out without a word. So they are refused before it sees them.
std::optional<Refusal> check_text(std::string_view smiles, const Limits& limits) {
  if (smiles.empty()) return Refusal{"empty", "no SMILES text"};
  const auto bad = std::find_if(smiles.begin(), smiles.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x21 || static_cast<unsigned char>(c) > 0x7e;
  });
  if (bad != smiles.end()) {
    constexpr const char* kDigits = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(*bad);
    return Refusal{"bad-bytes", "byte 0x" + std::string{kDigits[byte >> 4], kDigits[byte & 15]} +
                                    " at position " + std::to_string(bad - smiles.begin() + 1) +
                                    "; SMILES are printable ASCII without blanks"};
  }
  if (static_cast<std::int64_t>(smiles.size()) > limits.max_smiles_length)
    return too_long(smiles.size(), limits.max_smiles_length);
  return std::nullopt;
}

bool has_explicit_hydrogens(const RWMol& mol) {
  for (const RDKit::Atom* atom : mol.atoms())
    if (atom->getAtomicNum() == 1) return true;
  return false;
}

std::optional<Refusal> check_size(const RWMol& mol, const Limits& limits) {
  if (mol.getNumAtoms() == 0) return Refusal{"no-atoms", "the molecule has no atoms"};
  if (mol.getNumAtoms() > limits.max_atoms)
    return Refusal{"too-large", std::to_string(mol.getNumAtoms()) + " atoms, at most " +
                                    std::to_string(limits.max_atoms) + " are read"};
  if (mol.getNumBonds() > kBondsPerAtom * limits.max_atoms)
    return Refusal{"too-large", std::to_string(mol.getNumBonds()) + " bonds, at most " +
                                    std::to_string(kBondsPerAtom * limits.max_atoms) + " are read"};
  return std::nullopt;
}

void clear_directions(RWMol& mol, std::initializer_list<RDKit::Bond::BondDir> directions) {
  for (RDKit::Bond* bond : mol.bonds())
    if (std::find(directions.begin(), directions.end(), bond->getBondDir()) != directions.end())
      bond->setBondDir(RDKit::Bond::NONE);
}

// RDKit's default reader marks every atom and bond that could be stereogenic, which takes time
// cubic in the length of a chain; nothing here reads those marks. The rest is its default route.
void assign_stereo(RWMol& mol) {
  const bool clean = true, force = true, flag_possible = false;
  RDKit::MolOps::assignStereochemistry(mol, clean, force, flag_possible);
}

void remove_hydrogens(RWMol& mol, bool update_count) {
  if (!has_explicit_hydrogens(mol)) return;
  const bool implicit_only = false, sanitize = false;
  RDKit::MolOps::removeHs(mol, implicit_only, update_count, sanitize);
}

std::variant<MolPointer, Refusal> finish_smiles(MolPointer mol, const Limits& limits) {
  remove_hydrogens(*mol, /*update_count=*/true);
  if (auto refusal = check_size(*mol, limits)) return *refusal;
  RDKit::MolOps::sanitizeMol(*mol);
  assign_stereo(*mol);
  return mol;
}

// A block read without sanitising has directions on its bonds already; a hydrogen beside one would
// be kept. They are found again from the coordinates below.
std::variant<MolPointer, Refusal> finish_block(MolPointer mol, const Limits& limits) {
  clear_directions(*mol, {RDKit::Bond::ENDUPRIGHT, RDKit::Bond::ENDDOWNRIGHT});
  remove_hydrogens(*mol, /*update_count=*/false);
  if (auto refusal = check_size(*mol, limits)) return *refusal;
  RDKit::MolOps::sanitizeMol(*mol);
  RDKit::ClearSingleBondDirFlags(*mol);
  RDKit::MolOps::detectBondStereochemistry(*mol);
  assign_stereo(*mol);
  // Crossed and wavy bonds say that nothing is known, which is what no mark says in a SMILES.
  clear_directions(*mol, {RDKit::Bond::EITHERDOUBLE, RDKit::Bond::UNKNOWN});
  return mol;
}

MolPointer read_smiles(const std::string& smiles) {
  RDKit::SmilesParserParams parameters;
  parameters.sanitize = parameters.removeHs = false;
  parameters.allowCXSMILES = parameters.parseName = false;
  return MolPointer(RDKit::SmilesToMol(smiles, parameters));
}

MolPointer read_block(const std::string& block) {
  const bool sanitize = false, remove_hydrogens = false, strict = true;
  return MolPointer(RDKit::MolBlockToMol(block, sanitize, remove_hydrogens, strict));
}

// RDKit throws several types for bad molecules; only lack of memory is not the molecule's fault.
template <class Read>
ParseResult guarded(const Read& read) {
  try {
    auto result = read();
    if (auto* refusal = std::get_if<Refusal>(&result)) return std::move(*refusal);
    return Molecule(std::make_unique<Molecule::State>(
        Molecule::State{std::move(std::get<MolPointer>(result))}));
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const RDKit::SmilesParseException& error) {
    return Refusal{"syntax", error.what()};
  } catch (const RDKit::FileParseException& error) {
    return Refusal{"syntax", error.what()};
  } catch (const std::exception& error) {
    return Refusal{"sanitize", error.what()};
  }
}

constexpr const char* kUnreadable = "RDKit cannot read it";

}  // namespace

ParseResult parse_smiles(std::string_view smiles, const Limits& limits) {
  if (auto refusal = check_text(smiles, limits)) return *refusal;
  const std::string text(smiles);
  const QuietLogs quiet;
  bool syntax_error = false;
  ParseResult result = [&] {
    const RdkitScope scope;
    return guarded([&]() -> std::variant<MolPointer, Refusal> {
      MolPointer mol = read_smiles(text);
      syntax_error = !mol;
      if (syntax_error) return Refusal{"syntax", kUnreadable};
      return finish_smiles(std::move(mol), limits);
    });
  }();
  if (syntax_error) {  // the reason is only in the log, which all threads share: read once more
    std::string sentence = first_logged_error([&] { read_smiles(text); });
    if (!sentence.empty()) std::get<Refusal>(result).reason = std::move(sentence);
  }
  return result;
}

ParseResult parse_mol_block(std::string_view block, const Limits& limits) {
  if (trim(block).empty()) return Refusal{"empty", "no mol block"};
  if (block.find('\0') != block.npos) return Refusal{"bad-bytes", "NUL byte in the mol block"};
  if (auto defect = mol_block_defect(block)) return Refusal{"syntax", std::move(*defect)};
  const std::string text(block);
  const QuietLogs quiet;
  const RdkitScope scope;
  return guarded([&]() -> std::variant<MolPointer, Refusal> {
    MolPointer mol = read_block(text);
    if (!mol) return Refusal{"syntax", kUnreadable};
    return finish_block(std::move(mol), limits);
  });
}

}  // namespace aufbau::molecules
