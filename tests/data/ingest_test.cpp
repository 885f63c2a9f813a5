#include "data/ingest.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "core/text.h"
#include "testing/files.h"

namespace aufbau::data {
namespace {

using testing::TemporaryFolder;
using Texts = std::vector<std::string>;

// Ingests texts from a folder of its own.
class IngestTest : public ::testing::Test {
 protected:
  IngestOptions options_for(const std::string& name, std::string_view bytes) const {
    IngestOptions options;
    options.inputs = {folder_.write(name, bytes)};
    options.output = folder_.path("out.h5");
    return options;
  }
  store::DatasetContent stored() const { return store::read_dataset(folder_.path("out.h5")); }
  std::string rejects() const { return testing::read_text(folder_.path("out.rejects.csv")); }
  Texts rejected_codes() const {
    TableOptions table;
    table.smiles_column = "text";
    molecules::RecordReader reader(folder_.path("out.rejects.csv"), table);
    Texts codes;
    for (molecules::Record record; reader.next(record);) codes.push_back(record.fields.at(3));
    return codes;
  }
  /// Nothing but the inputs lies in the folder.
  void expect_nothing_written() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      EXPECT_TRUE(entry.path().filename().string().starts_with("in")) << entry.path();
  }
  Error error_of(const IngestOptions& options) const {
    try {
      data::ingest(options);
    } catch (const Error& error) {
      return error;
    }
    return Error(ErrorKind::internal, "no error");
  }
  void expect_error(const IngestOptions& options, ErrorKind kind, const std::string& part) const {
    const Error error = error_of(options);
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }

  TemporaryFolder folder_;
};

TEST_F(IngestTest, StoresGraphsTargetsAndWhereTheyCameFrom) {
  IngestOptions options = options_for("in.csv", "name,smiles,y,z\na,OCC,1,0.5\nb,c1ccccc1C,,-2\n");
  options.table.id_column = "name";
  const IngestSummary summary = data::ingest(options);
  EXPECT_EQ(summary.rows, 2);
  EXPECT_EQ(summary.stored, 2);
  EXPECT_EQ(summary.rejected, 0);
  EXPECT_EQ(summary.targets, (Texts{"y", "z"}));
  EXPECT_EQ(summary.dataset, folder_.path("out.h5"));
  EXPECT_EQ(summary.rejects, folder_.path("out.rejects.csv"));
  EXPECT_EQ(rejects(), "source,line,text,code,reason\n");

  const store::DatasetContent content = stored();
  ASSERT_EQ(content.graphs.size(), 2);
  EXPECT_EQ(content.graphs.schema(), molecules::schema_by_name("hu2"));
  EXPECT_EQ(content.graphs[0].node_count(), 3);
  EXPECT_EQ(content.molecules.smiles, (Texts{"OCC", "c1ccccc1C"}));
  EXPECT_EQ(content.molecules.id, (Texts{"a", "b"}));
  EXPECT_EQ(content.molecules.line, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(content.target_names, (Texts{"y", "z"}));
  EXPECT_EQ(content.targets[0], 1.0f);
  EXPECT_EQ(content.targets[1], 0.5f);
  EXPECT_TRUE(std::isnan(content.targets[2]));
  EXPECT_EQ(content.targets[3], -2.0f);
  ASSERT_EQ(content.molecules.scaffold.size(), 2u);
  const auto& names = content.molecules.scaffold_names;
  EXPECT_EQ(names.at(static_cast<std::size_t>(content.molecules.scaffold[0])), "");
  EXPECT_EQ(names.at(static_cast<std::size_t>(content.molecules.scaffold[1])), "c1ccccc1");
  ASSERT_EQ(content.provenance.sources.size(), 1u);
  EXPECT_EQ(content.provenance.sources[0].second,
            sha256_hex(testing::read_text(folder_.path("in.csv"))));
  EXPECT_EQ(content.provenance.rdkit_version, molecules::rdkit_version());
}

TEST_F(IngestTest, EveryReasonToRefuseHasItsRow) {
  IngestOptions options = options_for("in.csv", std::string("smiles,y\n"
                                                            "CCO,1\n"
                                                            ",1\n"
                                                            "C\xc3\xa9"
                                                            "C,1\n") +
                                                    std::string(2001, 'C') +
                                                    ",1\n"
                                                    "C1CC,1\n"
                                                    "c1cccc1,1\n" +
                                                    std::string(1500, 'C') +
                                                    ",1\n"
                                                    "N->[Fe],1\n"
                                                    "CCO,high\n"
                                                    "OCC,1\n"
                                                    "CC\n"
                                                    "CCC,\"1\n"
                                                    "CCCC,1\n");
  options.duplicates = "first";
  const IngestSummary summary = data::ingest(options);
  EXPECT_EQ(rejected_codes(),
            (Texts{"empty", "bad-bytes", "too-long", "syntax", "sanitize", "too-large",
                   "out-of-vocabulary", "bad-target", "duplicate", "syntax", "syntax"}));
  EXPECT_EQ(summary.rows, 13);
  EXPECT_EQ(summary.stored, 2);
  EXPECT_EQ(summary.rejected, 11);
  EXPECT_EQ(stored().molecules.smiles, (Texts{"CCO", "CCCC"}));
  EXPECT_EQ(stored().molecules.line, (std::vector<std::int64_t>{2, 14}));
  const std::string list = rejects();
  for (const char* part :
       {"C\\xc3\\xa9C,bad-bytes,", "column 'y': 'high' is not a number",
        "the same molecule as line 2 of ", "SMILES Parse Error: unclosed ring for input: 'C1CC'",
        "Can't kekulize mol.  Unkekulized atoms: 0 1 2 3 4", "1 fields, the header has 2",
        "1500 atoms, at most 999 are read"})
    EXPECT_NE(list.find(part), std::string::npos) << part << "\n" << list;
  std::int64_t counted = 0;
  for (const auto& [code, count] : summary.rejected_by_code) counted += count;
  EXPECT_EQ(counted, summary.rejected);
}

TEST_F(IngestTest, MissingTargetsAreSpelledInFiveWays) {
  data::ingest(
      options_for("in.csv", "smiles,y\nC,\nCC,nan\nCCC,NA\nCCCC,n/a\nCCCCC, NaN \nCO,2\n"));
  const store::DatasetContent content = stored();
  ASSERT_EQ(content.targets.size(), 6u);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_TRUE(std::isnan(content.targets[i])) << i;
  EXPECT_EQ(content.targets[5], 2.0f);
}

TEST_F(IngestTest, TargetsThatAreNoNumbersNameColumnAndText) {
  const IngestSummary summary = data::ingest(
      options_for("in.csv", "smiles,y\nC,<0.5\nCC,inf\nCCC,1e300\nCCCC,\"1,5\"\nCO,1\n"));
  EXPECT_EQ(summary.rejected, 4);
  for (const char* reason :
       {"column 'y': '<0.5' is not a number", "column 'y': 'inf' is not a number",
        "column 'y': '1e300' is too large", "column 'y': '1,5' is not a number"})
    EXPECT_NE(rejects().find(reason), std::string::npos) << reason;
}

TEST_F(IngestTest, NamedTargetsLeaveTheOtherColumnsAlone) {
  IngestOptions options = options_for("in.csv", "smiles,text,y,z\nC,abc,1,2\n");
  options.target_columns = {"z", "y"};
  EXPECT_EQ(data::ingest(options).targets, (Texts{"z", "y"}));
  EXPECT_EQ(stored().targets, (std::vector<float>{2, 1}));
}

TEST_F(IngestTest, IgnoredIdAndSplitColumnsAreNoTargets) {
  IngestOptions options =
      options_for("in.csv",
                  "smiles,text,y,id,split\nC,abc,1,7,train\nCC,abc,2,8,Valid\nCCC,a,3,9,TEST\n"
                  "CCCC,a,4,10,other\nCO,a,5,11,validation\n");
  options.ignore_columns = {"text"};
  options.table.id_column = "id";
  options.splits_column = "split";
  const IngestSummary summary = data::ingest(options);
  EXPECT_EQ(summary.targets, Texts{"y"});
  EXPECT_EQ(stored().molecules.part, (std::vector<std::int8_t>{0, 1, 2, 1}));
  EXPECT_EQ(rejected_codes(), Texts{"bad-target"});
  EXPECT_NE(rejects().find("column 'split': 'other' is not train"), std::string::npos);
}

TEST_F(IngestTest, WithoutTargetsThereAreNoScaffolds) {
  IngestOptions options = options_for("in.csv", "smiles,y\nc1ccccc1,x\n");
  options.no_targets = true;
  const IngestSummary summary = data::ingest(options);
  EXPECT_TRUE(summary.targets.empty());
  EXPECT_EQ(summary.stored, 1);
  EXPECT_TRUE(stored().molecules.scaffold.empty());
}

TEST_F(IngestTest, ScaffoldsOfRepeatedTextsAreTheSame) {
  std::string text = "smiles,y\n";
  for (int i = 0; i < 300; ++i) text += i % 3 == 0 ? "Cc1ccccc1,1\n" : "CC1CCCC[C@H]1O,0\n";
  data::ingest(options_for("in.csv", text));
  const store::MoleculeTable table = stored().molecules;
  ASSERT_EQ(table.scaffold.size(), 300u);
  for (std::size_t i = 0; i < 300; ++i)
    EXPECT_EQ(table.scaffold_names[static_cast<std::size_t>(table.scaffold[i])],
              i % 3 == 0 ? "c1ccccc1" : "C1CCCCC1");
}

TEST_F(IngestTest, DuplicatesAreKeptRefusedOrAnError) {
  IngestOptions options = options_for("in.smi", "CCO\nOCC\nC\n");
  EXPECT_EQ(data::ingest(options).stored, 3);
  options.force = true;
  options.duplicates = "first";
  EXPECT_EQ(data::ingest(options).stored, 2);
  EXPECT_EQ(rejected_codes(), Texts{"duplicate"});
  options.duplicates = "error";
  options.output = folder_.path("in-other.h5");
  expect_error(options, ErrorKind::malformed, "line 2: duplicate: the same molecule as line 1 of ");
  EXPECT_FALSE(std::filesystem::exists(folder_.path("in-other.h5")));
  EXPECT_FALSE(std::filesystem::exists(folder_.path("in-other.rejects.csv")));
}

TEST_F(IngestTest, ParentKeepsTheLargestFragmentAndItsSmiles) {
  IngestOptions options = options_for("in.smi", "[Na+].OC(C)=O\nOCC\n");
  options.standardize = "parent";
  data::ingest(options);
  const store::DatasetContent content = stored();
  EXPECT_EQ(content.molecules.smiles, (Texts{"CC(=O)O", "OCC"}));
  EXPECT_EQ(content.graphs[0].node_count(), 4);
  options.standardize = "none";
  options.force = true;
  data::ingest(options);
  EXPECT_EQ(stored().graphs[0].node_count(), 5);
  EXPECT_EQ(stored().molecules.smiles[0], "[Na+].OC(C)=O");
}

TEST_F(IngestTest, SeveralInputsAreOneDatasetWithColumnsByName) {
  IngestOptions options = options_for("in1.csv", "smiles,y,z\nC,1,2\n");
  options.inputs.push_back(folder_.write("in2.tsv", "z\tsmiles\ty\n20\tCC\t10\n"));
  const IngestSummary summary = data::ingest(options);
  EXPECT_EQ(summary.stored, 2);
  EXPECT_EQ(stored().targets, (std::vector<float>{1, 2, 10, 20}));
  EXPECT_EQ(stored().provenance.sources.size(), 2u);

  options.force = true;
  options.inputs.push_back(folder_.write("in3.csv", "smiles,y\nCCC,1\n"));
  expect_error(options, ErrorKind::usage, "in3.csv] no column 'z'");
}

TEST_F(IngestTest, MolBlocksAreStoredAsCanonicalSmilesWithNamedItemsAsTargets) {
  const std::string block =
      "  3  2  0  0  0  0  0  0  0  0999 V2000\n"
      "    0.0000    0.0000    0.0000 O   0  0\n"
      "    1.0000    0.0000    0.0000 C   0  0\n"
      "    2.0000    0.0000    0.0000 C   0  0\n"
      "  1  2  1  0\n  2  3  1  0\nM  END\n";
  IngestOptions options =
      options_for("in.sdf", "one\n\n\n" + block + "> <y>\n1.5\n\n> <text>\nabc\n\n$$$$\ntwo\n\n\n" +
                                block + "> <y>\nnone\n\n$$$$\n");
  EXPECT_TRUE(data::ingest(options).targets.empty());
  options.target_columns = {"y"};
  options.force = true;
  const IngestSummary summary = data::ingest(options);
  EXPECT_EQ(summary.stored, 1);
  EXPECT_EQ(stored().molecules.smiles, Texts{"CCO"});
  EXPECT_EQ(stored().molecules.id, Texts{"one"});
  EXPECT_EQ(stored().targets, std::vector<float>{1.5f});
  EXPECT_NE(rejects().find(",18,two,bad-target,"), std::string::npos) << rejects();
}

TEST_F(IngestTest, DecisionsOfTheSchemaAreCountedForStoredRowsOnly) {
  const IngestSummary summary = data::ingest(
      options_for("in.csv", "smiles,y\n*C,1\n*CC*,2\n*CCC,bad\n[Pt@SP1](F)(Cl)(Br)I,1\nC,1\n"));
  const std::vector<std::pair<std::string, std::int64_t>> expected = {{"unknown-element", 3},
                                                                      {"unspecified-chirality", 1}};
  EXPECT_EQ(summary.decisions, expected);
}

TEST_F(IngestTest, OnInvalidFailNamesTheRowAndWritesNothing) {
  IngestOptions options = options_for("in.smi", "C\nC1CC\n");
  options.on_invalid = "fail";
  expect_error(options, ErrorKind::malformed, "in.smi] line 2: syntax: ");
  expect_nothing_written();
}

TEST_F(IngestTest, NothingValidIsAnErrorAndTheListIsStillThere) {
  expect_error(options_for("in.smi", "C1CC\nC2CC\nc1cccc1\n"), ErrorKind::nothing_valid,
               "none of 3 rows could be used; most often syntax (2 rows)");
  EXPECT_EQ(rejected_codes(), (Texts{"syntax", "syntax", "sanitize"}));
  EXPECT_FALSE(std::filesystem::exists(folder_.path("out.h5")));
  IngestOptions empty = options_for("in-empty.csv", "smiles,y\n");
  expect_error(empty, ErrorKind::nothing_valid, "none of 0 rows could be used");
}

TEST_F(IngestTest, ExistingOutputIsKeptWithoutForce) {
  IngestOptions options = options_for("in.smi", "C\n");
  folder_.write("out.h5", "precious");
  expect_error(options, ErrorKind::usage, "is there already; use --force");
  EXPECT_EQ(testing::read_text(folder_.path("out.h5")), "precious");
  options.force = true;
  EXPECT_EQ(data::ingest(options).stored, 1);
}

TEST_F(IngestTest, WrongOptionsNameTheKnownOnes) {
  IngestOptions options = options_for("in.smi", "C\n");
  options.standardize = "parents";
  expect_error(options, ErrorKind::usage, "did you mean 'parent'");
  options = options_for("in.smi", "C\n");
  options.duplicates = "drop";
  expect_error(options, ErrorKind::usage, "known: keep, first, error");
  options = options_for("in.smi", "C\n");
  options.on_invalid = "stop";
  expect_error(options, ErrorKind::usage, "known: skip, fail");
  options = options_for("in.smi", "C\n");
  options.schema = "hu3";
  expect_error(options, ErrorKind::usage, "did you mean 'hu2'");
  options = options_for("in.smi", "C\n");
  options.target_columns = {"y"};
  expect_error(options, ErrorKind::usage, "no column 'y'; there are none");
  options.no_targets = true;
  expect_error(options, ErrorKind::usage, "no targets are asked for");
  options = options_for("in.csv", "smiles,y,y\nC,1,2\n");
  expect_error(options, ErrorKind::usage, "twice");
  options = {};
  expect_error(options, ErrorKind::usage, "no input");
  expect_nothing_written();
}

TEST_F(IngestTest, DamagedGzipLeavesNothingBehind) {
  std::string bytes = "\x1f\x8b\x08";
  bytes += std::string(40, 'x');
  expect_error(options_for("in.smi.gz", bytes), ErrorKind::input, "damaged gzip at byte");
  expect_nothing_written();
}

TEST_F(IngestTest, StopsWhenAskedAndLeavesNothingBehind) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "CCO\n";
  IngestOptions options = options_for("in.smi", text);
  options.should_stop = [] { return true; };
  expect_error(options, ErrorKind::interrupted, "nothing was written");
  expect_nothing_written();
}

TEST_F(IngestTest, ProgressEndsWithAllRows) {
  IngestOptions options = options_for("in.smi", "C\nC1CC\nCC\n");
  Progress last;
  options.progress = [&](const Progress& progress) { last = progress; };
  data::ingest(options);
  EXPECT_EQ(last.done, 3);
  EXPECT_TRUE(last.line);
  EXPECT_EQ(last.unit, "molecules");
  EXPECT_EQ(last.note, "1 rejected");
}

}  // namespace
}  // namespace aufbau::data
