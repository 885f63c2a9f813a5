// Known answers: features, canonical SMILES, scaffolds and outcomes of an independent pipeline.
#include <gtest/gtest.h>

#include <map>

#include "core/text.h"
#include "molecules/molecule.h"
#include "testing/reference.h"

namespace aufbau::molecules {
namespace {

using testing::ReferenceFile;

const ReferenceFile& file() {
  static const ReferenceFile reference("featurise.h5");
  return reference;
}

// Blanks around a SMILES are no part of it for the readers of files, and RDKit skips them too.
Molecule parsed(const std::string& smiles) {
  ParseResult result = parse_smiles(trim(smiles));
  if (auto* refusal = std::get_if<Refusal>(&result))
    throw std::runtime_error(smiles + ": " + refusal->code + ": " + refusal->reason);
  return std::move(std::get<Molecule>(result));
}

// RDKit takes what follows a blank for a name; here only the reader of .smi files does so.
bool is_refused_for_its_name(const std::string& smiles) {
  if (trim(smiles).find_first_of(" \t") == std::string_view::npos) return false;
  const ParseResult result = parse_smiles(trim(smiles));
  const auto* refusal = std::get_if<Refusal>(&result);
  EXPECT_TRUE(refusal && refusal->code == "bad-bytes") << smiles;
  return true;
}

// Concatenated features of many molecules; edges in both directions, one after the other.
struct Arrays {
  std::vector<std::int32_t> atoms, atom_offset, edge_ends, edges, edge_offset;
  explicit Arrays(const std::string& group)
      : atoms(file().ints(group + "/atom_features")),
        atom_offset(file().ints(group + "/atom_offset")),
        edge_ends(file().ints(group + "/edge_index")),
        edges(file().ints(group + "/edge_attr")),
        edge_offset(file().ints(group + "/edge_offset")) {}
};

void expect_same(const graphs::Graph& graph, const Arrays& arrays, std::size_t molecule,
                 const std::string& smiles) {
  const auto first_atom = static_cast<std::size_t>(arrays.atom_offset[molecule]);
  const auto last_atom = static_cast<std::size_t>(arrays.atom_offset[molecule + 1]);
  const std::vector<std::int32_t> atoms(
      arrays.atoms.begin() + static_cast<std::ptrdiff_t>(2 * first_atom),
      arrays.atoms.begin() + static_cast<std::ptrdiff_t>(2 * last_atom));
  EXPECT_EQ(std::vector<std::int32_t>(graph.node_codes.begin(), graph.node_codes.end()), atoms)
      << smiles;

  const auto first = static_cast<std::size_t>(arrays.edge_offset[molecule]);
  const auto last = static_cast<std::size_t>(arrays.edge_offset[molecule + 1]);
  const std::size_t all = arrays.edge_ends.size() / 2;
  ASSERT_EQ(2 * graph.begin.size(), last - first) << smiles;
  for (std::size_t e = first, bond = 0; e < last; e += 2, ++bond) {
    EXPECT_EQ(graph.begin[bond], arrays.edge_ends[e]) << smiles;
    EXPECT_EQ(graph.end[bond], arrays.edge_ends[all + e]) << smiles;
    EXPECT_EQ(graph.edge_codes[2 * bond], arrays.edges[2 * e]) << smiles;
    EXPECT_EQ(graph.edge_codes[2 * bond + 1], arrays.edges[2 * e + 1]) << smiles;
  }
}

TEST(FeaturiseReference, ValidMoleculesHaveTheSameFeatures) {
  const std::vector<std::string> smiles = file().strings("/valid/smiles");
  const Arrays arrays("/valid");
  const graphs::FeatureSchema schema = schema_by_name("hu2");
  ASSERT_FALSE(smiles.empty());
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    if (is_refused_for_its_name(smiles[i])) continue;
    Decisions decisions;
    const auto made = featurise(parsed(smiles[i]), schema, decisions);
    ASSERT_TRUE(std::holds_alternative<graphs::Graph>(made)) << smiles[i];
    expect_same(std::get<graphs::Graph>(made), arrays, i, smiles[i]);
    EXPECT_EQ(decisions.unknown_element + decisions.unspecified_chirality, 0) << smiles[i];
  }
}

TEST(FeaturiseReference, ValidMoleculesHaveTheSameCanonicalSmilesAndScaffolds) {
  const std::vector<std::string> smiles = file().strings("/valid/smiles");
  const std::vector<std::string> canonical = file().strings("/valid/canonical_smiles");
  const std::vector<std::string> chiral = file().strings("/valid/scaffold_chiral");
  const std::vector<std::string> achiral = file().strings("/valid/scaffold");
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    if (is_refused_for_its_name(smiles[i])) continue;
    const Molecule molecule = parsed(smiles[i]);
    EXPECT_EQ(molecule.canonical_smiles(), canonical[i]) << smiles[i];
    EXPECT_EQ(scaffold(molecule, true), chiral[i]) << smiles[i];
    EXPECT_EQ(scaffold(molecule, false), achiral[i]) << smiles[i];
  }
}

// What the reference calls unsupported is a named decision or a refusal here.
TEST(FeaturiseReference, UnsupportedMoleculesMeetTheDecisionOfTheSchema) {
  const std::vector<std::string> smiles = file().strings("/unsupported/smiles");
  const std::vector<std::string> outcome = file().strings("/unsupported/outcome");
  const graphs::FeatureSchema schema = schema_by_name("hu2");
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    Decisions decisions;
    const auto made = featurise(parsed(smiles[i]), schema, decisions);
    if (outcome[i] == "unsupported_bond_type" || outcome[i] == "unsupported_bond_direction") {
      ASSERT_TRUE(std::holds_alternative<Refusal>(made)) << smiles[i];
      EXPECT_EQ(std::get<Refusal>(made).code, "out-of-vocabulary") << smiles[i];
    } else if (outcome[i] == "unsupported_atom") {
      EXPECT_TRUE(decisions.unknown_element > 0 || std::holds_alternative<Refusal>(made))
          << smiles[i];
    } else {
      ASSERT_EQ(outcome[i], "unsupported_chirality") << smiles[i];
      EXPECT_TRUE(decisions.unspecified_chirality > 0 || std::holds_alternative<Refusal>(made))
          << smiles[i];
    }
  }
}

TEST(FeaturiseReference, InvalidMoleculesAreRefusedForTheSameReason) {
  const std::map<std::string, std::string> code_of = {{"empty", "empty"},
                                                      {"non_ascii", "bad-bytes"},
                                                      {"parse_error", "syntax"},
                                                      {"valence_error", "sanitize"},
                                                      {"kekulize_error", "sanitize"},
                                                      {"sanitize_error", "sanitize"}};
  const std::vector<std::string> smiles = file().strings("/invalid/smiles");
  const std::vector<std::string> outcome = file().strings("/invalid/outcome");
  ASSERT_FALSE(smiles.empty());
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    const std::string_view text = trim(smiles[i]);
    const ParseResult result = parse_smiles(text);
    ASSERT_TRUE(std::holds_alternative<Refusal>(result)) << smiles[i];
    ASSERT_TRUE(code_of.contains(outcome[i])) << outcome[i];
    // Two kinds of syntax errors have codes of their own here.
    std::string code = code_of.at(outcome[i]);
    if (code == "syntax" && text.empty()) code = "empty";
    if (code == "syntax" && text.find_first_of(" \t") != text.npos) code = "bad-bytes";
    EXPECT_EQ(std::get<Refusal>(result).code, code) << smiles[i];
    EXPECT_FALSE(std::get<Refusal>(result).reason.empty()) << smiles[i];
  }
}

}  // namespace
}  // namespace aufbau::molecules
