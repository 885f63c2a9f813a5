// Values worked out by hand from the vocabularies of ogb.utils.features.
#include <gtest/gtest.h>

#include "molecules/molecule.h"

namespace aufbau::molecules {
namespace {

using Codes = std::vector<std::uint16_t>;
using Rows = std::vector<Codes>;

struct Features {
  Rows atoms;  ///< element, chirality, degree, charge, hydrogens, radicals, hybridisation,
               ///< aromatic, ring
  Rows bonds;  ///< type, stereo, conjugated
  Decisions decisions;
};

Rows rows_of(const Codes& codes, std::size_t columns) {
  Rows rows;
  for (std::size_t i = 0; i < codes.size(); i += columns)
    rows.emplace_back(codes.begin() + static_cast<std::ptrdiff_t>(i),
                      codes.begin() + static_cast<std::ptrdiff_t>(i + columns));
  return rows;
}

Features features(const char* smiles) {
  const ParseResult parsed = parse_smiles(smiles);
  Features result;
  const auto made = featurise(std::get<Molecule>(parsed), schema_by_name("ogb9"), result.decisions);
  const auto& graph = std::get<graphs::Graph>(made);
  result.atoms = rows_of(graph.node_codes, 9);
  result.bonds = rows_of(graph.edge_codes, 3);
  return result;
}

TEST(Ogb9, HasTheColumnsOfTheBenchmarkAndThreeEntriesMore) {
  const graphs::FeatureSchema schema = schema_by_name("ogb9");
  const auto sizes = [](const std::vector<graphs::FeatureColumn>& columns) {
    std::vector<std::int32_t> all;
    for (const auto& column : columns) all.push_back(column.cardinality);
    return all;
  };
  EXPECT_EQ(sizes(schema.node), (std::vector<std::int32_t>{119 + 1, 5, 12, 12, 10, 6, 6, 2, 2}));
  EXPECT_EQ(sizes(schema.edge), (std::vector<std::int32_t>{5 + 2, 6, 2}));
  EXPECT_EQ(schema.node[0].reserved_code("mask"), 119);
  EXPECT_EQ(schema.edge[0].reserved_code("self-loop"), 5);
  EXPECT_EQ(schema.edge[0].reserved_code("mask"), 6);
  EXPECT_EQ(schema.edge_code_count(), 84);
  EXPECT_EQ(schema.self_loop_code(), 60);
}

TEST(Ogb9, OfAlanine) {
  const Features alanine = features("C[C@H](N)C(=O)O");
  EXPECT_EQ(alanine.atoms, (Rows{{5, 0, 4, 5, 3, 0, 2, 0, 0},
                                 {5, 2, 4, 5, 1, 0, 2, 0, 0},
                                 {6, 0, 3, 5, 2, 0, 2, 0, 0},
                                 {5, 0, 3, 5, 0, 0, 1, 0, 0},
                                 {7, 0, 1, 5, 0, 0, 1, 0, 0},
                                 {7, 0, 2, 5, 1, 0, 1, 0, 0}}));
  EXPECT_EQ(alanine.bonds, (Rows{{0, 0, 0}, {0, 0, 0}, {0, 0, 0}, {1, 0, 1}, {0, 0, 1}}));
}

TEST(Ogb9, OfTheExampleInTheBenchmarksSource) {
  const Features example = features("Cl[C@H](/C=C/C)Br");
  EXPECT_EQ(example.atoms[1], (Codes{5, 2, 4, 5, 1, 0, 2, 0, 0}));
  EXPECT_EQ(example.bonds[2], (Codes{1, 2, 0}));
}

TEST(Ogb9, OfAromaticRings) {
  const Features pyrrole = features("c1cc[nH]c1");
  for (std::size_t i = 0; i < 5; ++i) {
    const std::uint16_t element = i == 3 ? 6 : 5;
    EXPECT_EQ(pyrrole.atoms[i], (Codes{element, 0, 3, 5, 1, 0, 1, 1, 1})) << i;
    EXPECT_EQ(pyrrole.bonds[i], (Codes{3, 0, 1})) << i;
  }
  EXPECT_EQ(features("C1CC1").atoms[0], (Codes{5, 0, 4, 5, 2, 0, 2, 0, 1}));
}

TEST(Ogb9, OfChargesRadicalsAndHybridisations) {
  const Features glycine = features("[NH3+]CC(=O)[O-]");
  EXPECT_EQ(glycine.atoms[0], (Codes{6, 0, 4, 6, 3, 0, 2, 0, 0}));
  EXPECT_EQ(glycine.atoms[4], (Codes{7, 0, 1, 4, 0, 0, 1, 0, 0}));
  EXPECT_EQ(features("[CH3]").atoms[0], (Codes{5, 0, 3, 5, 3, 1, 2, 0, 0}));
  const Features cyanide = features("C#N");
  EXPECT_EQ(cyanide.atoms, (Rows{{5, 0, 2, 5, 1, 0, 0, 0, 0}, {6, 0, 1, 5, 0, 0, 0, 0, 0}}));
  EXPECT_EQ(cyanide.bonds, (Rows{{2, 0, 0}}));
  EXPECT_EQ(features("P(F)(F)(F)(F)F").atoms[0], (Codes{14, 0, 5, 5, 0, 0, 3, 0, 0}));
  EXPECT_EQ(features("S(F)(F)(F)(F)(F)F").atoms[0], (Codes{15, 0, 6, 5, 0, 0, 4, 0, 0}));
}

TEST(Ogb9, OfStereoAndConjugation) {
  // From the fluorine the other three appear anticlockwise.
  EXPECT_EQ(features("[C@](F)(Cl)(Br)I").atoms[0][1], 2);
  EXPECT_EQ(features("[C@@](F)(Cl)(Br)I").atoms[0][1], 1);
  EXPECT_EQ(features("F/C=C/F").bonds, (Rows{{0, 0, 0}, {1, 2, 0}, {0, 0, 0}}));
  EXPECT_EQ(features("F/C=C\\F").bonds[1], (Codes{1, 1, 0}));
  EXPECT_EQ(features("FC=CF").bonds[1], (Codes{1, 0, 0}));
  EXPECT_EQ(features("C=CC=C").bonds, (Rows{{1, 0, 1}, {0, 0, 1}, {1, 0, 1}}));
}

TEST(Ogb9, WhatAVocabularyDoesNotHaveIsMiscAndCounted) {
  const Features iron = features("[NH3]->[Fe+6]");
  EXPECT_EQ(iron.atoms[1], (Codes{25, 0, 1, 11, 0, 0, 5, 0, 0}));
  EXPECT_EQ(iron.bonds, (Rows{{4, 0, 0}}));
  EXPECT_EQ(iron.decisions.misc_charge, 1);
  EXPECT_EQ(iron.decisions.misc_hybridisation, 1);
  EXPECT_EQ(iron.decisions.misc_bond_type, 1);
  const Features dummy = features("*C");
  EXPECT_EQ(dummy.atoms[0], (Codes{118, 0, 1, 5, 0, 0, 5, 0, 0}));
  EXPECT_EQ(dummy.decisions.unknown_element, 1);
  const Features platinum = features("[Pt@SP1](F)(Cl)(Br)I");
  EXPECT_EQ(platinum.atoms[0], (Codes{77, 4, 4, 5, 0, 0, 5, 0, 0}));
  EXPECT_EQ(platinum.decisions.misc_chirality, 1);
  EXPECT_EQ(platinum.decisions.unspecified_chirality, 0);
  const Features hydride = features("[ReH9-2]");
  EXPECT_EQ(hydride.atoms[0][4], 9) << "nine hydrogens";
  EXPECT_EQ(hydride.decisions.misc_hydrogens, 1);
}

TEST(Ogb9, EveryCodeLiesInItsColumn) {
  const graphs::FeatureSchema schema = schema_by_name("ogb9");
  for (const char* smiles : {"[H][H]", "[U+6]", "[C]", "[Mn]", "C$C", "[Na+].[Cl-]", "*", "N->[Fe]",
                             "[13CH3-]", "OS(=O)(=O)O", "C1CC2CCC1CC2", "[Xe](F)(F)(F)(F)(F)F"}) {
    const Features made = features(smiles);
    for (const Codes& atom : made.atoms)
      for (std::size_t c = 0; c < 9; ++c) EXPECT_LT(atom[c], schema.node[c].cardinality) << smiles;
    for (const Codes& bond : made.bonds)
      for (std::size_t c = 0; c < 3; ++c) EXPECT_LT(bond[c], schema.edge[c].cardinality) << smiles;
  }
}

TEST(Decisions, AddUpNameByName) {
  Decisions one, two;
  std::int64_t count = 0;
  for (const DecisionEntry& entry : kDecisions) two.*entry.count = ++count;
  one += two;
  one += two;
  count = 0;
  for (const DecisionEntry& entry : kDecisions) EXPECT_EQ(one.*entry.count, 2 * ++count);
}

}  // namespace
}  // namespace aufbau::molecules
