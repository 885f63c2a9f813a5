// The published raw sets with all their quirks.
#include <gtest/gtest.h>

#include <set>

#include "data/ingest.h"
#include "testing/files.h"

namespace aufbau::data {
namespace {

struct RawSet {
  const char* file;
  std::vector<std::string> targets;  ///< empty: every other column
  std::vector<std::string> ignored;
  std::int64_t rows, stored;
  std::size_t target_count;
};

const RawSet kRawSets[] = {
    {"BBBP.csv", {"p_np"}, {}, 2050, 2039, 1},
    {"tox21.csv.gz", {}, {"mol_id"}, 7831, 7831, 12},
    {"toxcast_data.csv.gz", {}, {}, 8597, 8577, 617},
    {"sider.csv.gz", {}, {}, 1427, 1427, 27},
    {"clintox.csv", {}, {}, 1484, 1478, 2},
    {"bace.csv.gz", {"Class"}, {}, 1513, 1513, 1},
    {"delaney-processed.csv", {"measured log solubility in mols per litre"}, {}, 1128, 1128, 1},
    {"SAMPL.csv", {"expt"}, {}, 642, 642, 1},
};

class RawSetTest : public ::testing::TestWithParam<RawSet> {};

TEST_P(RawSetTest, IsStoredWithTheKnownCounts) {
  const RawSet& set = GetParam();
  const std::string file = testing::data_file("moleculenet/raw/" + std::string(set.file));
  if (file.empty()) GTEST_SKIP() << "the large sets are not here";
  const testing::TemporaryFolder folder;
  IngestOptions options;
  options.inputs = {file};
  options.output = folder.path("out.h5");
  options.target_columns = set.targets;
  options.ignore_columns = set.ignored;
  const IngestSummary summary = data::ingest(options);
  EXPECT_EQ(summary.rows, set.rows);
  EXPECT_EQ(summary.stored, set.stored);
  EXPECT_EQ(summary.targets.size(), set.target_count);
  const store::DatasetSummary written = store::read_dataset_summary(options.output);
  EXPECT_EQ(written.graph_count, set.stored);
}

INSTANTIATE_TEST_SUITE_P(MoleculeNet, RawSetTest, ::testing::ValuesIn(kRawSets),
                         [](const auto& info) {
                           const std::string file = info.param.file;
                           std::string name = file.substr(0, file.find('.'));
                           std::erase_if(name, [](unsigned char c) { return !std::isalnum(c); });
                           return name;
                         });

TEST(RawBbbp, RefusesTheElevenRowsThatDoNotSanitise) {
  const std::string file = testing::data_file("moleculenet/raw/BBBP.csv");
  if (file.empty()) GTEST_SKIP() << "the large sets are not here";
  molecules::RecordReader reader(file, {});
  PipelineOptions options;
  options.scaffolds = false;
  molecules::Decisions decisions;
  std::set<std::int64_t> refused;
  std::int64_t row_number = 0;
  for_each_row(reader, options, decisions, [&](IngestedRow& row) {
    if (!row.code.empty()) {
      refused.insert(row_number);
      EXPECT_EQ(row.code, "sanitize");
      EXPECT_NE(row.reason.find("Explicit valence for atom"), std::string::npos) << row.reason;
    }
    ++row_number;
  });
  EXPECT_EQ(refused, (std::set<std::int64_t>{59, 61, 391, 614, 642, 645, 646, 647, 648, 649, 685}));
}

}  // namespace
}  // namespace aufbau::data
