#include "data/subset.h"

#include <gtest/gtest.h>

#include "data/example_dataset.h"
#include "testing/files.h"

namespace aufbau::data {
namespace {

using namespace testing;
using Rows = std::vector<std::int64_t>;

TEST(Subset, EvenlySpacedRowsReachOverTheWholeFile) {
  EXPECT_EQ(evenly_spaced_rows(10, 4), (Rows{0, 2, 5, 7}));
  EXPECT_EQ(evenly_spaced_rows(3, 3), (Rows{0, 1, 2}));
  EXPECT_EQ(evenly_spaced_rows(3, 7), (Rows{0, 1, 2}));
  EXPECT_EQ(evenly_spaced_rows(0, 2), Rows{});
}

TEST(Subset, KeepsGraphsMoleculesAndTargetsOfItsRows) {
  const TemporaryFolder folder;
  store::DatasetContent content = content_with_scaffolds({0, 1, 1, 0, 2});
  content.molecules.id = {"a", "b", "c", "d", "e"};
  content.molecules.line = {2, 3, 4, 5, 6};
  content.molecules.part = {0, 1, 2, -1, 0};
  content.provenance.options_json = "{\"standardize\":\"parent\"}";
  const Dataset whole(content, "whole.h5");
  write_subset(whole, Rows{4, 1}, folder.path("part.h5"));
  const Dataset part = Dataset::open(folder.path("part.h5"));
  ASSERT_EQ(part.size(), 2);
  EXPECT_EQ(part.graph(0).node_codes[0], 4);
  EXPECT_EQ(part.graph(1).node_codes[0], 1);
  EXPECT_EQ(part.target(0, 0), 4.0f);
  EXPECT_EQ(part.target_names(), whole.target_names());
  const store::MoleculeTable& molecules = part.molecules();
  EXPECT_EQ(molecules.smiles, (std::vector<std::string>{"C4", "C1"}));
  EXPECT_EQ(molecules.id, (std::vector<std::string>{"e", "b"}));
  EXPECT_EQ(molecules.line, (Rows{6, 3}));
  EXPECT_EQ(molecules.part, (std::vector<std::int8_t>{0, 1}));
  EXPECT_EQ(molecules.scaffold_names.at(static_cast<std::size_t>(molecules.scaffold[0])), "s2");
  EXPECT_EQ(molecules.scaffold_names.at(static_cast<std::size_t>(molecules.scaffold_achiral[1])),
            "s1");
  EXPECT_EQ(part.provenance().options_json, content.provenance.options_json);
  ASSERT_EQ(part.provenance().sources.size(), 1u);
  EXPECT_EQ(part.provenance().sources[0].first, "whole.h5");
  EXPECT_EQ(part.provenance().sources[0].second, whole.hash());
}

TEST(Subset, OfGeneralGraphsHasNoMolecules) {
  const TemporaryFolder folder;
  store::DatasetContent content = content_with_scaffolds({0, 0, 0});
  content.molecules = {};
  const Dataset whole(content, "whole.h5");
  write_subset(whole, Rows{0, 1, 2}, folder.path("part.h5"));
  const Dataset part = Dataset::open(folder.path("part.h5"));
  EXPECT_TRUE(part.molecules().smiles.empty());
  EXPECT_EQ(part.hash(), whole.hash());
}

}  // namespace
}  // namespace aufbau::data
