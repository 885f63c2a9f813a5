#include "data/exclusion.h"

#include <gtest/gtest.h>

#include "core/parallel.h"
#include "data/split.h"
#include "testing/errors.h"
#include "testing/files.h"

namespace aufbau::data {
namespace {

using testing::error_of;
using testing::says;
using testing::TemporaryFolder;
using Rows = std::vector<std::int64_t>;

const graphs::FeatureSchema kSchema{"example", 1, {{"element", 120, {}}}, {}};
const std::vector<std::uint16_t> kOneNode = {0};

/// A dataset file whose molecules are known by their SMILES alone.
std::string write_dataset(const TemporaryFolder& folder, const std::string& name,
                          const std::vector<std::string>& smiles, bool with_molecules = true) {
  store::DatasetWriter writer(folder.path(name), kSchema, {}, with_molecules,
                              /*with_parts=*/false);
  for (const auto& text : smiles) {
    store::MoleculeRecord record;
    if (with_molecules) record.smiles = text;
    writer.append({1, 0, kOneNode, {}, {}, {}}, record, {});
  }
  writer.finish({});
  return folder.path(name);
}

class ExclusionTest : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  const std::string data_ = write_dataset(
      folder_, "data.h5", {"CCO", "C[C@H](N)C(=O)O", "CCN.Cl", "CC(=O)[O-].[Na+]", "CC(=O)O"});
  Rows rows_without(const std::vector<std::string>& sources) {
    return Exclusion::read(sources).rows_without(Dataset::open(data_));
  }
};

TEST_F(ExclusionTest, ADatasetExcludesAllItsMoleculesUnderAnyText) {
  const auto test = write_dataset(folder_, "test.h5", {"OCC", "C[C@@H](N)C(=O)O", "CCN", "C1CC1"});
  EXPECT_EQ(rows_without({test}), (Rows{3, 4}));
  EXPECT_EQ(Exclusion::read({test}).size(), 4);
}

TEST_F(ExclusionTest, ChargesTellMoleculesApart) {
  EXPECT_EQ(rows_without({write_dataset(folder_, "test.h5", {"CC(=O)O"})}), (Rows{0, 1, 2, 3}));
}

TEST_F(ExclusionTest, ASplitExcludesItsValidAndTestParts) {
  const auto test = write_dataset(folder_, "test.h5", {"CCO", "CCN", "CC(=O)O", "CC(N)C(=O)O"});
  Split split;
  split.method = "file";
  split.train = {0, 2};
  split.valid = {1};
  split.test = {3};
  split.data_hash = Dataset::open(test).hash();
  write_split(folder_.path("s.json"), split);
  EXPECT_EQ(rows_without({test + ':' + folder_.path("s.json")}), (Rows{0, 3, 4}));
}

TEST_F(ExclusionTest, SourcesAddUpAndTheirOrderDoesNotMatter) {
  const auto first = write_dataset(folder_, "first.h5", {"CCO", "CCN"});
  const auto second = write_dataset(folder_, "second.h5", {"CC(=O)O", "OCC"});
  EXPECT_EQ(rows_without({first, second}), (Rows{1, 3}));
  const auto forth = Exclusion::read({first, second}), back = Exclusion::read({second, first});
  EXPECT_EQ(forth.size(), 3);
  EXPECT_EQ(forth.hash(), back.hash());
  EXPECT_NE(forth.hash(), Exclusion::read({first}).hash());
  // sha256sum of the lines CC(=O)O, CCN, CCO
  EXPECT_EQ(forth.hash(), "537ad38250afb4618995bb96d1a9c469460914e7d764ee6115ec6f2d835bd334");
}

TEST_F(ExclusionTest, ANameWithAColonIsAFileFirst) {
  const auto test = write_dataset(folder_, "a:b.h5", {"CCO"});
  EXPECT_EQ(rows_without({test}), (Rows{1, 2, 3, 4}));
}

TEST_F(ExclusionTest, TheAnswerDoesNotDependOnThreads) {
  std::vector<std::string> many;
  for (int i = 0; i < 300; ++i)
    many.push_back(std::string(static_cast<std::size_t>(i % 40 + 1), 'C'));
  const auto large = Dataset::open(write_dataset(folder_, "many.h5", many));
  const auto exclusion = Exclusion::read({write_dataset(folder_, "test.h5", {"CCC", "CCCCCCC"})});
  Rows expected;
  for (std::int64_t i = 0; i < 300; ++i)
    if (i % 40 != 2 && i % 40 != 6) expected.push_back(i);
  for (const int threads : {1, 2}) {
    const ThreadScope scope(threads);
    EXPECT_EQ(exclusion.rows_without(large), expected);
  }
}

TEST_F(ExclusionTest, WhatCannotBeUsedIsRefusedByName) {
  const auto expect = [&](const std::string& source, ErrorKind kind, const std::string& words) {
    const Error error = error_of([&] { Exclusion::read({source}); });
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_TRUE(says(error, words)) << error.what();
  };
  expect(folder_.path("none.h5"), ErrorKind::input, "none.h5");
  expect(data_ + ':' + folder_.path("none.json"), ErrorKind::input, "none.json");
  expect(data_ + ':', ErrorKind::usage, "expected DATASET or DATASET:SPLITS");
  const auto other = write_dataset(folder_, "other.h5", {"CCO"});
  Split split;
  split.method = "file";
  split.test = {0};
  split.data_hash = Dataset::open(other).hash();
  write_split(folder_.path("other.json"), split);
  expect(data_ + ':' + folder_.path("other.json"), ErrorKind::mismatch, "was made for other data");
  const auto networks = write_dataset(folder_, "networks.h5", {"", ""}, false);
  expect(networks, ErrorKind::mismatch, "networks.h5 holds graphs without SMILES");
  const auto exclusion = Exclusion::read({other});
  const Error error = error_of([&] { exclusion.rows_without(Dataset::open(networks)); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  expect(write_dataset(folder_, "odd.h5", {"CCO", "C1CC"}), ErrorKind::input,
         "row 1: the SMILES 'C1CC' cannot be read");
}

}  // namespace
}  // namespace aufbau::data
