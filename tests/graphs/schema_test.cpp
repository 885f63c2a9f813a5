#include "graphs/schema.h"

#include <gtest/gtest.h>

#include <functional>

#include "core/error.h"
#include "core/text.h"
#include "testing/reference_batch.h"

namespace aufbau::graphs {
namespace {

using aufbau::testing::reference_schema;

std::string message_of(const std::function<void()>& action, ErrorKind kind) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return {};
}

TEST(FeatureSchema, ReadsBackWhatItWrites) {
  const FeatureSchema schema = reference_schema();
  EXPECT_EQ(FeatureSchema::from_json(schema.to_json()), schema);
  EXPECT_EQ(FeatureSchema::from_json(schema.to_json()).to_json(), schema.to_json());
}

TEST(FeatureSchema, IsWrittenInOneWayOnly) {
  const FeatureSchema schema{"s", 2, {{"a", 3, {{"mask", 2}}}}, {}};
  EXPECT_EQ(schema.to_json(), R"({"name":"s","version":2,"node":[{"name":"a","cardinality":3,)"
                              R"("reserved":[{"role":"mask","code":2}]}],"edge":[]})");
  EXPECT_EQ(schema.hash(), sha256_hex(schema.to_json()));
}

TEST(FeatureSchema, WritesRealValuedEdgesOnlyWhereThereAreAny) {
  FeatureSchema schema{"s", 1, {{"a", 2, {}}}, {}};
  EXPECT_EQ(schema.to_json().find("edge_values"), std::string::npos);
  schema.edge_values = {"weight", "age"};
  EXPECT_EQ(schema.edge_value_width(), 4);
  EXPECT_EQ(FeatureSchema::from_json(schema.to_json()), schema);
}

TEST(FeatureSchema, HashDiffersWhenACardinalityDoes) {
  FeatureSchema other = reference_schema();
  ++other.node[0].cardinality;
  EXPECT_NE(other.hash(), reference_schema().hash());
}

TEST(FeatureSchema, NumbersEdgesInMixedRadix) {
  const FeatureSchema schema = reference_schema();
  EXPECT_EQ(schema.edge_code_count(), 18);
  const std::uint16_t double_up[] = {1, 1};
  EXPECT_EQ(schema.edge_code(double_up), 4);
  EXPECT_EQ(schema.self_loop_code(), 12);
  const std::vector<std::int32_t> columns = schema.edge_code_columns();
  ASSERT_EQ(columns.size(), 36u);
  for (std::int32_t code = 0; code < 18; ++code) {
    const auto at = static_cast<std::size_t>(2 * code);
    const std::uint16_t spelled[] = {static_cast<std::uint16_t>(columns[at]),
                                     static_cast<std::uint16_t>(columns[at + 1])};
    EXPECT_EQ(schema.edge_code(spelled), code);
  }
}

TEST(FeatureSchema, WithoutEdgeColumnsHasOneEdgeCode) {
  const FeatureSchema schema{"plain", 1, {{"degree", 10, {}}}, {}};
  EXPECT_EQ(schema.edge_code_count(), 1);
  EXPECT_EQ(schema.edge_code(nullptr), 0);
  EXPECT_EQ(schema.self_loop_code(), 0);
  EXPECT_TRUE(schema.edge_code_columns().empty());
}

TEST(FeatureSchema, KnowsItsReservedCodes) {
  EXPECT_EQ(reference_schema().node[0].reserved_code("mask"), 119);
  const std::string message =
      message_of([] { reference_schema().node[1].reserved_code("mask"); }, ErrorKind::internal);
  EXPECT_EQ(message, "[feature schema] column 'chirality' has no code for 'mask'");
}

TEST(FeatureSchema, RefusesTextThatIsNotOne) {
  const char* const column = R"({"name":"a","cardinality":3,"reserved":[]})";
  const auto schema_with = [&](const std::string& node, const std::string& edge) {
    return R"({"name":"s","version":1,"node":[)" + node + R"(],"edge":[)" + edge + "]}";
  };
  ASSERT_NO_THROW(FeatureSchema::from_json(schema_with(column, column)));
  const std::string wide = R"({"name":"w","cardinality":65536,"reserved":[]})";
  for (const std::string& text : {
           std::string(),
           std::string("{"),
           std::string("[]"),
           std::string("null"),
           std::string(R"({"name":"s"})"),
           schema_with("", ""),
           schema_with("7", ""),
           schema_with(R"({"name":"a","cardinality":0,"reserved":[]})", ""),
           schema_with(R"({"name":"a","cardinality":65537,"reserved":[]})", ""),
           schema_with(R"({"name":"a","cardinality":18446744073709551615,"reserved":[]})", ""),
           schema_with(R"({"name":"a","cardinality":1.5,"reserved":[]})", ""),
           schema_with(R"({"name":1,"cardinality":3,"reserved":[]})", ""),
           schema_with(R"({"name":"a","cardinality":3,"reserved":[],"x":1})", ""),
           schema_with(R"({"name":"a","cardinality":3,"reserved":[{"role":"mask","code":3}]})", ""),
           schema_with(column, wide + "," + wide),
           R"({"name":"s","version":1,"node":[)" + std::string(column) + R"(],"edge":[)" + column +
               R"(],"edge_values":["weight"]})",
           R"({"name":"s","version":1,"node":[)" + std::string(column) +
               R"(],"edge":[],"edge_values":[1]})",
       })
    message_of([&] { FeatureSchema::from_json(text); }, ErrorKind::mismatch);
}

TEST(RequireSameSchema, NamesTheFirstDifference) {
  const FeatureSchema mine = reference_schema();
  EXPECT_NO_THROW(require_same_schema("data.h5", mine, reference_schema()));
  FeatureSchema other = mine;
  other.node[1] = {"charge", 5, {}};
  EXPECT_EQ(message_of([&] { require_same_schema("data.h5", mine, other); }, ErrorKind::mismatch),
            "[data.h5] node feature column 1: expected 'chirality' with 3 codes; got 'charge' "
            "with 5 codes");
  other = mine;
  other.edge.pop_back();
  EXPECT_EQ(message_of([&] { require_same_schema("data.h5", mine, other); }, ErrorKind::mismatch),
            "[data.h5] edge feature column 1: expected 'direction' with 3 codes; got no such "
            "column");
  other = mine;
  other.edge_values = {"weight"};
  EXPECT_EQ(message_of([&] { require_same_schema("data.h5", mine, other); }, ErrorKind::mismatch),
            "[data.h5] real-valued edge features: expected none; got 'weight'");
  other = mine;
  other.version = 2;
  EXPECT_EQ(message_of([&] { require_same_schema("data.h5", mine, other); }, ErrorKind::mismatch),
            "[data.h5] feature schema: expected 'hu2' version 1; got 'hu2' version 2");
}

}  // namespace
}  // namespace aufbau::graphs
