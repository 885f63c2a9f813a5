#include "data/subset.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "data/example_dataset.h"
#include "testing/errors.h"
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

TEST(Subset, OfSeveralDatasetsHasTheTargetsOfAll) {
  const TemporaryFolder folder;
  store::DatasetContent content = content_with_scaffolds({0, 1});
  const Dataset first(content, "first.h5");
  content.target_names = {"toxicity", "activity"};
  content.targets = {1, 2, 3, 4};
  content.molecules.part = {1, 2};
  content.molecules.scaffold.clear();
  content.molecules.scaffold_achiral.clear();
  const Dataset second(content, "second.h5");
  store::Provenance made;
  made.sources = {{"first.h5", first.hash()}};
  const DatasetRows rows[] = {{&second, {1}}, {&first, {0, 1}}};
  write_rows(rows, folder.path("both.h5"), made);
  const Dataset both = Dataset::open(folder.path("both.h5"));
  EXPECT_EQ(both.target_names(), (std::vector<std::string>{"toxicity", "activity"}));
  EXPECT_EQ(both.target(0, 0), 3.0f);
  EXPECT_EQ(both.target(0, 1), 4.0f);
  EXPECT_TRUE(std::isnan(both.target(1, 0)));
  EXPECT_EQ(both.target(2, 1), 1.0f);
  EXPECT_EQ(both.molecules().smiles, (std::vector<std::string>{"C1", "C0", "C1"}));
  EXPECT_EQ(both.molecules().part, (std::vector<std::int8_t>{2, -1, -1}));
  EXPECT_TRUE(both.molecules().scaffold.empty());
  EXPECT_EQ(both.provenance().sources, made.sources);
}

TEST(Subset, RefusesRowsThatCannotBeInOneFile) {
  const TemporaryFolder folder;
  store::DatasetContent content = content_with_scaffolds({0, 1});
  const Dataset first(content, "first.h5");
  content.molecules = {};
  const Dataset networks(content, "networks.h5");
  store::DatasetContent other = content_with_scaffolds({0});
  other.graphs = graphs::GraphSet(graphs::network_schema());
  other.graphs.append({1, 0, std::vector<std::uint16_t>{0}, {}, {}, {}});
  const Dataset another(other, "another.h5");
  for (const Dataset* second : {&networks, &another}) {
    const DatasetRows rows[] = {{&first, {0}}, {second, {0}}};
    const Error error = error_of([&] { write_rows(rows, folder.path("both.h5"), {}); });
    EXPECT_EQ(error.kind(), ErrorKind::mismatch);
    EXPECT_TRUE(says(error, "first.h5") && says(error, second->path())) << error.what();
  }
  EXPECT_EQ(error_of([&] { write_rows({}, folder.path("both.h5"), {}); }).kind(),
            ErrorKind::nothing_valid);
  EXPECT_FALSE(std::filesystem::exists(folder.path("both.h5")));
}

}  // namespace
}  // namespace aufbau::data
