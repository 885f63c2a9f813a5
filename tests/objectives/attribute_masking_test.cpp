#include "objectives/attribute_masking.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.h"
#include "objectives/toy_data.h"
#include "testing/reference_batch.h"

namespace aufbau::objectives {
namespace {

using Nodes = std::vector<std::int32_t>;

RandomKey mask_key(std::uint32_t item) {
  return {.seed = 3, .purpose = Purpose::mask, .epoch = 0, .item = item};
}

const MaskedBatch& masked_batch(const std::unique_ptr<Prepared>& prepared) {
  return dynamic_cast<const MaskedBatch&>(*prepared);
}

std::vector<std::int32_t> ints(const Tensor& tensor) {
  const auto values = tensor.values<std::int32_t>();
  return {values.begin(), values.end()};
}

// The batch's node codes of graph g.
std::vector<std::int32_t> codes_of(const graphs::GraphBatch& batch, std::size_t g) {
  const auto all = batch.node_codes.values<std::int32_t>();
  const auto columns = static_cast<std::size_t>(batch.node_codes.cols());
  const auto first = static_cast<std::size_t>(batch.node_offset[g]) * columns;
  const auto last = static_cast<std::size_t>(batch.node_offset[g + 1]) * columns;
  return {all.begin() + static_cast<std::ptrdiff_t>(first),
          all.begin() + static_cast<std::ptrdiff_t>(last)};
}

TEST(DrawMaskedNodes, TakesFloorOfTheRatePlusOne) {
  const std::vector<std::pair<std::int32_t, std::size_t>> expected = {
      {0, 0}, {1, 1}, {2, 1}, {6, 1}, {7, 2}, {13, 2}, {14, 3}, {20, 4}, {27, 5}, {100, 16}};
  for (const auto& [nodes, count] : expected)
    EXPECT_EQ(draw_masked_nodes(nodes, 0.15, mask_key(0)).size(), count) << nodes;
  EXPECT_EQ(draw_masked_nodes(9, 0, mask_key(0)).size(), 1u);
  EXPECT_EQ(draw_masked_nodes(9, 1, mask_key(0)).size(), 9u);
}

TEST(DrawMaskedNodes, AreDistinctAscendingAndInRange) {
  for (std::uint32_t item = 0; item < 200; ++item) {
    const Nodes nodes = draw_masked_nodes(10, 0.5, mask_key(item));
    EXPECT_TRUE(std::is_sorted(nodes.begin(), nodes.end()));
    EXPECT_EQ(std::set<std::int32_t>(nodes.begin(), nodes.end()).size(), 6u);
    EXPECT_GE(nodes.front(), 0);
    EXPECT_LT(nodes.back(), 10);
  }
}

TEST(DrawMaskedNodes, HidesEveryNodeEquallyOften) {
  // 10,000 draws of 2 of 8 nodes: each count has mean 2,500 and standard deviation 43.3; 6 of those
  // are allowed.
  std::vector<int> count(8);
  for (std::uint32_t item = 0; item < 10000; ++item)
    for (const std::int32_t node : draw_masked_nodes(8, 0.15, mask_key(item)))
      ++count[static_cast<std::size_t>(node)];
  for (const int times : count) EXPECT_NEAR(times, 2500, 260);
}

TEST(AttributeMasking, HidesExactlyTheChosenAtomsAndLabelsThem) {
  ObjectiveConfig config = toy_config();
  config.mask_bonds = false;
  const data::Dataset molecules = toy_molecules();
  const std::vector<graphs::GraphView> graphs = {molecules.graph(0), molecules.graph(3)};
  const auto prepared =
      AttributeMasking(config).prepare_masked(graphs, std::vector<Nodes>{{4}, {0, 5}});
  // CCCCO without its O, pyridine without its N and the atom before it.
  EXPECT_EQ(codes_of(prepared->batch, 0), (Nodes{5, 0, 5, 0, 5, 0, 5, 0, 119, 0}));
  EXPECT_EQ(codes_of(prepared->batch, 1), (Nodes{119, 0, 5, 0, 5, 0, 5, 0, 5, 0, 119, 0}));
  EXPECT_EQ(ints(prepared->atom_labels), (Nodes{7, 6, 5}));
  EXPECT_EQ(ints(prepared->atom_rows.source), (Nodes{4, 5, 10}));
  EXPECT_EQ(prepared->bond_rows.rows, 0);
  // Edges as they were: self loop, then neighbours in the order of the bonds.
  const auto plain = graphs::make_batch(graphs, config.encoder.schema, config.encoder.layers);
  EXPECT_EQ(ints(prepared->batch.blocks[0].edges.code), ints(plain.blocks[0].edges.code));
}

TEST(AttributeMasking, HidesEveryBondOfAHiddenAtomInBothDirections) {
  const data::Dataset molecules = toy_molecules();
  const std::vector<graphs::GraphView> graphs = {molecules.graph(6)};  // CCOC=O
  const auto prepared =
      AttributeMasking(toy_config()).prepare_masked(graphs, std::vector<Nodes>{{3}});
  const std::int32_t single = 0, loop = 4 * 3, hidden = 5 * 3;
  EXPECT_EQ(ints(prepared->batch.blocks[0].edges.code),
            (Nodes{loop, single, loop, single, single, loop, single, hidden, loop, hidden, hidden,
                   loop, hidden}));
  // The bonds O-C and C=O, once each, by their two ends.
  EXPECT_EQ(ints(prepared->bond_rows.offset), (Nodes{0, 2, 4}));
  EXPECT_EQ(ints(prepared->bond_rows.source), (Nodes{2, 3, 3, 4}));
  EXPECT_EQ(ints(prepared->bond_labels), (Nodes{0, 1}));
}

TEST(AttributeMasking, CountsABondBetweenTwoHiddenAtomsOnce) {
  const std::vector<graphs::Graph> graphs = {chain(3)};
  const auto prepared = AttributeMasking(toy_config())
                            .prepare_masked(testing::views_of(graphs), std::vector<Nodes>{{0, 1}});
  EXPECT_EQ(ints(prepared->bond_labels), (Nodes{0, 0}));
}

TEST(AttributeMasking, DrawsForAGraphWhateverBatchItIsIn) {
  const data::Dataset molecules = toy_molecules();
  const AttributeMasking objective(toy_config());
  for (std::uint32_t epoch = 0; epoch < 10; ++epoch) {
    const data::BatchKey key = {.seed = 1, .epoch = epoch, .step = 0};
    const data::BatchKey later = {.seed = 1, .epoch = epoch, .step = 17};
    const auto whole = objective.prepare(molecules, all_rows(molecules), key);
    const auto alone = objective.prepare(molecules, std::vector<std::int64_t>{5}, later);
    EXPECT_EQ(codes_of(masked_batch(whole).batch, 5), codes_of(masked_batch(alone).batch, 0));
  }
}

TEST(AttributeMasking, DrawsAnewInEveryEpochAndForEverySeed) {
  const data::Dataset molecules = dataset_of({chain(400)});
  const AttributeMasking objective(toy_config());
  const auto draw = [&](std::uint64_t seed, std::uint32_t epoch) {
    const std::vector<std::int64_t> rows = {0};
    return ints(masked_batch(objective.prepare(molecules, rows, {.seed = seed, .epoch = epoch}))
                    .atom_rows.source);
  };
  EXPECT_NE(draw(1, 0), draw(1, 1));
  EXPECT_NE(draw(1, 0), draw(2, 0));
  EXPECT_EQ(draw(1, 0), draw(1, 0));
}

TEST(AttributeMasking, PredictsTheElementsAndBondTypesThatDataCanHold) {
  const AttributeMasking objective(toy_config());
  const nn::Parameters parameters = objective.parameters();
  ASSERT_EQ(parameters.size(), 4u);
  EXPECT_EQ(parameters[0].name, "linear_pred_atoms.weight");
  EXPECT_EQ(parameters[0].tensor.shape(), (Shape{119, 24}));
  EXPECT_EQ(parameters[2].name, "linear_pred_bonds.weight");
  EXPECT_EQ(parameters[2].tensor.shape(), (Shape{4, 24}));
}

TEST(AttributeMasking, WorksOnAnySchemaWithAMask) {
  ObjectiveConfig config = toy_config();
  config.encoder.schema = {
      "three colours",
      1,
      {{"colour", 4, {{"mask", 1}}}, {"size", 3, {{"mask", 2}}}, {"flag", 2, {}}},
      {{"kind", 2, {}}}};
  config.mask_bonds = false;
  graphs::Graph graph;
  graph.node_columns = 3;
  graph.edge_columns = 1;
  graph.node_codes = {3, 1, 1, 0, 0, 1, 2, 1, 0};
  graph.begin = {0, 1};
  graph.end = {1, 2};
  graph.edge_codes = {1, 0};
  const std::vector<graphs::GraphView> graphs = {graph.view()};
  const auto prepared = AttributeMasking(config).prepare_masked(graphs, std::vector<Nodes>{{0, 2}});
  EXPECT_EQ(codes_of(prepared->batch, 0), (Nodes{1, 2, 0, 0, 0, 1, 1, 2, 0}));
  // Classes leave the mask code out: colours 0, 2, 3 are classes 0, 1, 2.
  EXPECT_EQ(ints(prepared->atom_labels), (Nodes{2, 1}));
  EXPECT_EQ(AttributeMasking(config).parameters()[0].tensor.rows(), 3);
}

TEST(AttributeMasking, OfGraphsWithoutNodesIsEmpty) {
  graphs::Graph nothing;
  nothing.node_columns = nothing.edge_columns = 2;
  const data::Dataset nothings = dataset_of({nothing, nothing});
  EXPECT_TRUE(AttributeMasking(toy_config()).prepare(nothings, all_rows(nothings), {})->empty);
  const data::Dataset mixed = dataset_of({nothing, chain(1)});
  EXPECT_FALSE(AttributeMasking(toy_config()).prepare(mixed, all_rows(mixed), {})->empty);
}

TEST(AttributeMasking, LeavesBondAccuracyOutWhereNoBondIsHidden) {
  const data::Dataset atoms = dataset_of({chain(1), chain(1), chain(1)});
  ToyTraining training("attribute-masking", toy_config());
  const LossResult result =
      training.gradients(*training.objective().prepare(atoms, all_rows(atoms), {}));
  ASSERT_EQ(result.metrics().size(), 3u);
  EXPECT_EQ(result.metrics()[2], (std::pair<std::string, double>{"loss_bond", 0}));
}

std::string message_of(const ObjectiveConfig& config, ErrorKind kind) {
  try {
    const AttributeMasking objective(config);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  return "no error";
}

TEST(AttributeMasking, RefusesRatesOutOfRange) {
  for (const double rate : {-0.1, 1.1, std::nan("")}) {
    ObjectiveConfig config = toy_config();
    config.mask_rate = rate;
    EXPECT_NE(message_of(config, ErrorKind::usage)
                  .find("[attribute-masking] mask rate must be in [0, 1]"),
              std::string::npos);
  }
}

TEST(AttributeMasking, RefusesASchemaWithoutAMask) {
  ObjectiveConfig config = toy_config();
  config.encoder.schema.node[0].reserved.clear();
  EXPECT_EQ(
      message_of(config, ErrorKind::usage),
      "[attribute-masking] feature column 'element' has no 'mask' code; choose a feature schema "
      "that has one");
  config = toy_config();
  config.encoder.schema.edge.clear();
  EXPECT_EQ(message_of(config, ErrorKind::usage),
            "[attribute-masking] the feature schema has no column to predict");
  config.mask_bonds = false;
  EXPECT_EQ(message_of(config, ErrorKind::usage), "no error");
}

TEST(AttributeMasking, RefusesDataThatHoldTheMaskCode) {
  std::vector<graphs::Graph> graphs = {chain(2)};
  graphs[0].node_codes[0] = 119;
  const AttributeMasking objective(toy_config());
  try {
    objective.prepare_masked(testing::views_of(graphs), std::vector<Nodes>{{0}});
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_STREQ(
        error.what(),
        "[dataset] column 'element' holds code 119, expected one of its 119 classes; ingest "
        "the data again");
  }
}

TEST(AttributeMasking, RefusesChoicesOutsideTheGraph) {
  const std::vector<graphs::Graph> graphs = {chain(2)};
  const AttributeMasking objective(toy_config());
  EXPECT_THROW(objective.prepare_masked(testing::views_of(graphs), std::vector<Nodes>{{2}}), Error);
  EXPECT_THROW(objective.prepare_masked(testing::views_of(graphs), std::vector<Nodes>{}), Error);
}

}  // namespace
}  // namespace aufbau::objectives
