#include <gtest/gtest.h>

#include "aufbau.h"
#include "molecules/molecule.h"

namespace aufbau::molecules {
namespace {

using Codes = std::vector<std::uint16_t>;

struct Featurised {
  graphs::Graph graph;
  Decisions decisions;
  Refusal refusal;
};

Featurised featurised(const char* smiles) {
  const ParseResult parsed = parse_smiles(smiles);
  Featurised result;
  auto made = featurise(std::get<Molecule>(parsed), schema_by_name("hu2"), result.decisions);
  if (auto* graph = std::get_if<graphs::Graph>(&made)) result.graph = *graph;
  if (auto* refusal = std::get_if<Refusal>(&made)) result.refusal = *refusal;
  return result;
}

TEST(Hu2, IsTheSchemaOfThePublishedTables) {
  const graphs::FeatureSchema schema = schema_by_name("hu2");
  EXPECT_EQ(schema.name, "hu2");
  ASSERT_EQ(schema.node.size(), 2u);
  EXPECT_EQ(schema.node[0].cardinality, 120);
  EXPECT_EQ(schema.node[0].reserved_code("mask"), 119);
  EXPECT_EQ(schema.node[0].reserved_code("unknown"), 118);
  EXPECT_EQ(schema.node[1].cardinality, 3);
  ASSERT_EQ(schema.edge.size(), 2u);
  EXPECT_EQ(schema.edge[0].cardinality, 6);
  EXPECT_EQ(schema.edge[0].reserved_code("self-loop"), 4);
  EXPECT_EQ(schema.edge[0].reserved_code("mask"), 5);
  EXPECT_EQ(schema.edge[1].cardinality, 3);
  EXPECT_EQ(schema.edge[1].reserved_code("self-loop"), 0);
  EXPECT_EQ(schema.edge[1].reserved_code("mask"), 0);
  EXPECT_EQ(schema.self_loop_code(), 12);
}

TEST(Schemas, EveryOneDescribesAMolecule) {
  for (const SchemaEntry& entry : kSchemas) {
    const graphs::FeatureSchema schema = schema_by_name(entry.name);
    EXPECT_EQ(schema, entry.make());
    const ParseResult parsed = parse_smiles("CC=O");
    Decisions decisions;
    const auto made = featurise(std::get<Molecule>(parsed), schema, decisions);
    ASSERT_TRUE(std::holds_alternative<graphs::Graph>(made)) << entry.name;
    const graphs::Graph& graph = std::get<graphs::Graph>(made);
    EXPECT_EQ(graph.node_columns, static_cast<int>(schema.node.size()));
    EXPECT_EQ(graph.view().node_count(), 3);
    EXPECT_EQ(graph.view().edge_count(), 2);
  }
}

TEST(Schemas, UnknownNameSuggestsTheNearest) {
  try {
    schema_by_name("hu3");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_NE(std::string(error.what()).find("did you mean 'hu2'"), std::string::npos);
  }
}

TEST(Schemas, OfOtherGraphsCannotDescribeAMolecule) {
  graphs::FeatureSchema other = schema_by_name("hu2");
  other.name = "network";
  const ParseResult parsed = parse_smiles("C");
  Decisions decisions;
  try {
    featurise(std::get<Molecule>(parsed), other, decisions);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  }
}

TEST(FeaturiseHu2, WritesAtomsInOrderAndEachBondOnce) {
  const Featurised result = featurised("C=O");
  EXPECT_EQ(result.graph.node_codes, (Codes{5, 0, 7, 0}));
  EXPECT_EQ(result.graph.begin, std::vector<std::int32_t>{0});
  EXPECT_EQ(result.graph.end, std::vector<std::int32_t>{1});
  EXPECT_EQ(result.graph.edge_codes, (Codes{1, 0}));
}

TEST(FeaturiseHu2, KnowsChiralityBondTypesAndDirections) {
  EXPECT_EQ(featurised("[C@H](F)(Cl)Br").graph.node_codes[1] +
                featurised("[C@@H](F)(Cl)Br").graph.node_codes[1],
            3)
      << "one is 1, the other 2";
  EXPECT_EQ(featurised("C#N").graph.edge_codes[0], 2);
  EXPECT_EQ(featurised("c1ccccc1").graph.edge_codes[0], 3);
  EXPECT_EQ(featurised("F/C=C/F").graph.edge_codes, (Codes{0, 1, 1, 0, 0, 1}));
  EXPECT_EQ(featurised("F/C=C\\F").graph.edge_codes, (Codes{0, 1, 1, 0, 0, 2}));
}

TEST(FeaturiseHu2, OneAtomHasNoEdges) {
  const Featurised result = featurised("[Na+]");
  EXPECT_EQ(result.graph.node_codes, (Codes{10, 0}));
  EXPECT_TRUE(result.graph.begin.empty());
}

TEST(FeaturiseHu2, DummyAtomsTakeTheUnknownEntryAndAreCounted) {
  const Featurised result = featurised("*CC*");
  EXPECT_EQ(result.graph.node_codes[0], 118);
  EXPECT_EQ(result.decisions.unknown_element, 2);
  EXPECT_EQ(featurised("CC").decisions.unknown_element, 0);
}

TEST(FeaturiseHu2, ChiralityBeyondTetrahedralBecomesUnspecifiedAndIsCounted) {
  const Featurised result = featurised("[Pt@SP1](F)(Cl)(Br)I");
  EXPECT_EQ(result.graph.node_codes[1], 0);
  EXPECT_EQ(result.decisions.unspecified_chirality, 1);
}

TEST(FeaturiseHu2, BondsBeyondTheVocabularyAreRefusedByName) {
  const Featurised dative = featurised("N->[Fe]");
  EXPECT_EQ(dative.refusal.code, "out-of-vocabulary");
  EXPECT_EQ(dative.refusal.reason, "bond 1-2 has type dative, which schema hu2 has no code for");
  EXPECT_EQ(featurised("C$C").refusal.reason,
            "bond 1-2 has type quadruple, which schema hu2 has no code for");
}

}  // namespace
}  // namespace aufbau::molecules
