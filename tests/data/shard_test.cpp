#include "data/shard.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "data/dataset.h"
#include "data/ingest.h"
#include "data/subset.h"
#include "testing/errors.h"
#include "testing/files.h"

namespace aufbau::data {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::read_text;
using testing::says;

TEST(RowsOfAShard, AreConsecutiveCompleteAndCutAtUnits) {
  for (const std::int64_t rows : {0, 1, 5, 64, 1001})
    for (const int count : {1, 2, 3, 8})
      for (const std::int64_t unit : {1, 7, 64}) {
        std::int64_t next = 0;
        for (int index = 1; index <= count; ++index) {
          const RowRange range = rows_of({index, count}, rows, unit);
          EXPECT_EQ(range.begin, next);
          EXPECT_TRUE(range.begin % unit == 0 || range.begin == rows);
          EXPECT_LE(range.size(), (rows / unit / count + 1) * unit);
          next = range.end;
        }
        EXPECT_EQ(next, rows);
      }
}

class ShardedIngest : public ::testing::Test {
 protected:
  /// Every sixth row is refused, with other reasons in other places.
  std::string table(int rows) const {
    std::string text = "name,smiles,y,part\n";
    for (int i = 0; i < rows; ++i) {
      const std::string smiles = i % 6 == 5
                                     ? (i % 4 == 1 ? "C1CC" : "")
                                     : "C" + std::string(static_cast<std::size_t>(i % 9), 'C') +
                                           (i % 2 == 0 ? "c1ccccc1" : "[*]");
      text += "m" + std::to_string(i) + ',' + smiles + ',' + (i % 7 == 3 ? "" : std::to_string(i)) +
              (i % 3 == 0 ? ",train\n" : ",test\n");
    }
    return text;
  }
  IngestOptions options(std::vector<std::string> inputs, const std::string& output) const {
    IngestOptions options;
    options.inputs = std::move(inputs);
    options.output = folder_.path(output);
    return options;
  }
  testing::TemporaryFolder folder_;
};

TEST_F(ShardedIngest, PartsPutTogetherAreTheWholeByteForByte) {
  const std::string first = folder_.write("a.csv", table(31));
  const std::string second = folder_.write("b.csv", table(13));
  IngestOptions whole = options({first, second}, "whole.h5");
  whole.table.id_column = "name";
  whole.splits_column = "part";
  const IngestSummary expected = data::ingest(whole);
  EXPECT_GT(expected.rejected, 3);
  for (const int count : {2, 3, 5}) {
    IngestOptions joined = options({}, "joined.h5");
    joined.force = true;
    std::string rejects;
    for (int index = 1; index <= count; ++index) {
      IngestOptions part = whole;
      part.shard = {index, count};
      part.output = folder_.path("part" + std::to_string(index) + ".h5");
      part.force = true;
      joined.inputs.push_back(data::ingest(part).dataset);
      rejects += read_text(folder_.path("part" + std::to_string(index) + ".rejects.csv"));
    }
    EXPECT_EQ(rejects, read_text(expected.rejects));
    const IngestSummary summary = data::ingest(joined);
    EXPECT_EQ(read_text(summary.dataset), read_text(expected.dataset)) << count;
    EXPECT_EQ(read_text(summary.rejects), read_text(expected.rejects));
    EXPECT_EQ(summary.rows, expected.rows);
    EXPECT_EQ(summary.stored, expected.stored);
    EXPECT_EQ(summary.rejected_by_code, expected.rejected_by_code);
    EXPECT_EQ(summary.decisions, expected.decisions);
    EXPECT_EQ(summary.targets, expected.targets);
  }
}

TEST_F(ShardedIngest, OtherDatasetsAreJoinedWithTheTargetsOfAll) {
  const std::string first = folder_.write("a.csv", "smiles,y\nCCO,1\nCCN,2\n");
  const std::string second = folder_.write("b.csv", "smiles,z\nCCC,3\nC1C,4\n");
  data::ingest(options({first}, "a.h5"));
  data::ingest(options({second}, "b.h5"));
  const IngestSummary summary =
      data::ingest(options({folder_.path("a.h5"), folder_.path("b.h5")}, "both.h5"));
  EXPECT_EQ(summary.stored, 3);
  EXPECT_EQ(summary.targets, (std::vector<std::string>{"y", "z"}));
  const Dataset both = Dataset::open(folder_.path("both.h5"));
  EXPECT_EQ(both.molecules().smiles, (std::vector<std::string>{"CCO", "CCN", "CCC"}));
  EXPECT_EQ(both.provenance().sources.size(), 2u);
  EXPECT_EQ(read_text(summary.rejects), read_text(folder_.path("b.rejects.csv")));
}

TEST_F(ShardedIngest, DatasetsOfOtherVersionsNameThemAll) {
  data::ingest(options({folder_.write("a.csv", "smiles\nCCO\n")}, "a.h5"));
  const Dataset now = Dataset::open(folder_.path("a.h5"));
  const DatasetRows rows[] = {{&now, {0}}};
  store::Provenance earlier = now.provenance();
  earlier.rdkit_version = "2021.03.1";
  write_rows(rows, folder_.path("b.h5"), earlier);
  data::ingest(
      options({folder_.path("a.h5"), folder_.path("b.h5"), folder_.path("a.h5")}, "all.h5"));
  EXPECT_EQ(Dataset::open(folder_.path("all.h5")).provenance().rdkit_version,
            "2021.03.1, " + now.provenance().rdkit_version);
}

TEST_F(ShardedIngest, WhatCannotBeCutIsRefused) {
  const std::string input = folder_.write("a.csv", table(12));
  const auto expect_usage = [&](const IngestOptions& options, const std::string& words) {
    const Error error = error_of([&] { data::ingest(options); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_TRUE(says(error, words)) << error.what();
    EXPECT_FALSE(fs::exists(options.output));
  };
  IngestOptions part = options({input}, "part.h5");
  for (const Shard shard : {Shard{0, 2}, Shard{3, 2}, Shard{1, 0}, Shard{-1, -1}}) {
    part.shard = shard;
    expect_usage(part, "expected i/n");
  }
  part.shard = {1, 2};
  part.duplicates = "first";
  expect_usage(part, "--duplicates");
  part.duplicates = "keep";
  part.inputs = {"-"};
  expect_usage(part, "standard input");
  const std::string pipe = folder_.path("pipe.smi");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  part.inputs = {pipe};
  expect_usage(part, "read twice");
}

TEST_F(ShardedIngest, JoiningTakesDatasetsAndNothingThatTextNeeds) {
  const std::string input = folder_.write("a.csv", table(12));
  IngestOptions text = options({input}, "a.h5");
  text.no_targets = true;
  data::ingest(text);
  IngestOptions join = options({folder_.path("a.h5"), input}, "joined.h5");
  EXPECT_TRUE(says(error_of([&] { data::ingest(join); }), "some are text"));
  join.inputs = {folder_.path("a.h5")};
  join.standardize = "parent";
  EXPECT_TRUE(says(error_of([&] { data::ingest(join); }), "--standardize"));
  join.standardize = "none";
  join.inputs.push_back(folder_.path("missing.h5"));
  EXPECT_EQ(error_of([&] { data::ingest(join); }).kind(), ErrorKind::input);
  EXPECT_FALSE(fs::exists(join.output));
}

}  // namespace
}  // namespace aufbau::data
