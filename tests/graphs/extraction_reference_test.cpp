// Known answers: neighbourhoods and contexts of given roots (objectives.h5, extraction/).
#include <gtest/gtest.h>

#include "graphs/subgraph.h"
#include "molecules/molecule.h"
#include "testing/reference.h"

namespace aufbau::graphs {
namespace {

using Ids = std::vector<std::int32_t>;

Graph graph_of_smiles(const std::string& smiles) {
  const molecules::ParseResult parsed = molecules::parse_smiles(smiles);
  molecules::Decisions decisions;
  return std::get<Graph>(molecules::featurise(std::get<molecules::Molecule>(parsed),
                                              molecules::schema_by_name("hu2"), decisions));
}

/// One of the ragged lists `<name>_node` with `<name>_offset`.
struct NodeLists {
  Ids node, offset;
  NodeLists(const aufbau::testing::ReferenceFile& file, const std::string& name)
      : node(file.ints("/extraction/" + name + "_node")),
        offset(file.ints("/extraction/" + name + "_offset")) {}
  Ids operator[](std::size_t i) const {
    return {node.begin() + offset[i], node.begin() + offset[i + 1]};
  }
};

TEST(ContextPair, AgreesWithTheKnownExtractions) {
  const aufbau::testing::ReferenceFile file("objectives.h5");
  const std::vector<std::string> smiles = file.strings("/extraction/smiles");
  const Ids settings = file.ints("/extraction/root_k_l1_l2");
  const Ids induced_edges = file.ints("/extraction/induced_edges");
  const NodeLists substructure(file, "substructure"), context(file, "context"),
      overlap(file, "overlap");
  ASSERT_FALSE(smiles.empty());
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    const std::int32_t* setting = &settings[4 * i];
    const Graph graph = graph_of_smiles(smiles[i]);
    const ContextPair pair =
        context_pair(graph.view(), setting[0], setting[1], setting[2], setting[3]);
    SCOPED_TRACE(smiles[i]);
    EXPECT_EQ(pair.substructure_nodes, substructure[i]);
    EXPECT_EQ(pair.context_nodes, context[i]);
    EXPECT_EQ(pair.overlap_nodes, overlap[i]);
    // The file counts both directions of an edge.
    EXPECT_EQ(2 * pair.substructure.view().edge_count(), induced_edges[2 * i]);
    EXPECT_EQ(2 * pair.context.view().edge_count(), induced_edges[2 * i + 1]);
    EXPECT_EQ(pair.substructure_nodes[static_cast<std::size_t>(pair.root_row)], setting[0]);
    for (std::size_t v = 0; v < pair.overlap_nodes.size(); ++v)
      EXPECT_EQ(pair.context_nodes[static_cast<std::size_t>(pair.overlap_rows[v])],
                pair.overlap_nodes[v]);
  }
}

}  // namespace
}  // namespace aufbau::graphs
