#include "report/reproduce.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <sstream>

#include "data/dataset.h"
#include "data/ingest.h"
#include "data/split.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "train/statistics.h"
#include "train/summary_file.h"

namespace aufbau::report {
namespace {

namespace fs = std::filesystem;
using testing::any_holds;
using testing::error_of;
using testing::files_called;
using testing::read_text;
using testing::says;
using testing::TemporaryFolder;

const Budget kTiny = {.name = "tiny",
                      .summary = "for tests",
                      .layers = 2,
                      .width = 8,
                      .source_molecules = 50,
                      .source_epochs = 2,
                      .labelled_molecules = 0,
                      .labelled_epochs = 1,
                      .finetune_epochs = 3,
                      .sets = {"bbbp", "bace"},
                      .strategies = {"none", "supervised+attribute-masking"},
                      .seeds = {0, 1}};

/// SMILES and polar surface areas of 300 molecules.
std::vector<std::pair<std::string, double>> molecules() {
  std::istringstream lines(read_text(testing::test_file("../examples/data/nci_tpsa.csv")));
  std::vector<std::pair<std::string, double>> rows;
  std::string line;
  std::getline(lines, line);
  while (std::getline(lines, line))
    rows.emplace_back(line.substr(0, line.find(',')), std::stod(line.substr(line.find(',') + 1)));
  return rows;
}

class Reproduce : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    write_tables("tables");
    std::string source = "smiles\n", labels = "smiles,polar,large\n";
    const auto all = molecules();
    for (std::size_t i = 0; i < 60; ++i) {
      source += all[i].first + '\n';
      const auto& [smiles, area] = all[i];  // of the BBBP.csv below
      labels += smiles + (area > 50 ? ",1," : ",0,") + (smiles.size() > 25 ? "1\n" : "0\n");
    }
    ingest(source, "source", {});
    ingest(labels, "labels", {"polar", "large"});
    whole_ = new Reproduction(report::reproduce(options("whole"), kTiny));
  }
  static void TearDownTestSuite() {
    delete whole_;
    delete folder_;
  }

  /// Tables of two sets as MoleculeNet has them, with columns that are not to be learned.
  static void write_tables(const std::string& name) {
    std::string bbbp = "num,name,p_np,smiles\n", bace = "mol,CID,Class,Model,pIC50\n";
    const auto all = molecules();
    for (std::size_t i = 0; i < 80; ++i) {
      const auto& [smiles, area] = all[i];
      bbbp += std::to_string(i) + ",x," + (area > 40 ? "1," : "0,") + smiles + '\n';
      const auto& [other, other_area] = all[200 + i];
      bace += other + ",id," + (other_area > 40 ? "0" : "1") + ",Train,7.5\n";
    }
    folder_->write(name + "/BBBP.csv", bbbp + "80,x,1,C1CC\n");
    folder_->write(name + "/bace.csv", bace);
  }

  static void ingest(const std::string& text, const std::string& name,
                     const std::vector<std::string>& targets, const char* schema = "hu2") {
    IngestOptions options;
    options.schema = schema;
    options.inputs = {folder_->write(name + ".csv", text)};
    options.output = path(name + ".h5");
    options.target_columns = targets;
    options.no_targets = targets.empty();
    data::ingest(options);
  }

  static std::string path(const std::string& name) { return folder_->path(name); }
  static ReproduceOptions options(const std::string& output) {
    ReproduceOptions options;
    options.data = path("tables");
    options.source = path("source.h5");
    options.labels = path("labels.h5");
    options.output = path(output);
    return options;
  }
  static void expect_same_tables(const std::string& output) {
    for (const char* file : {"/table.md", "/table.csv", "/table.json"})
      EXPECT_EQ(read_text(path(output) + file), read_text(path("whole") + file)) << file;
  }

  static TemporaryFolder* folder_;
  static Reproduction* whole_;
};
TemporaryFolder* Reproduce::folder_ = nullptr;
Reproduction* Reproduce::whole_ = nullptr;

TEST_F(Reproduce, PutsOurNumbersBesideThePublishedOnes) {
  const Reproduction& table = *whole_;
  EXPECT_EQ(table.sets, (std::vector<std::string>{"bbbp", "bace"}));
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0].strategy, "none");
  EXPECT_EQ(table.rows[1].graph_level, "supervised");
  EXPECT_EQ(table.rows[1].node_level, "attribute-masking");
  EXPECT_EQ(table.rows[0].cells[0].published, 65.8);
  EXPECT_EQ(table.rows[1].cells[1].published, 80.3);
  EXPECT_EQ(table.rows[1].cells[1].published_deviation, 0.9);
  EXPECT_DOUBLE_EQ(table.rows[0].published_average, (65.8 + 70.1) / 2);
  std::vector<double> gaps;
  for (std::size_t row = 0; row < 2; ++row) {
    const auto record = train::read_finetune_record(path("whole/finetune/bbbp/") +
                                                    table.rows[row].strategy + "/summary.json");
    const ReproducedCell& cell = table.rows[row].cells[0];
    ASSERT_EQ(cell.scores.size(), 2u);
    for (std::size_t seed = 0; seed < 2; ++seed) {
      EXPECT_DOUBLE_EQ(cell.scores[seed], 100 * record.summary.seeds[seed].test_at_best);
      EXPECT_DOUBLE_EQ(cell.last_scores[seed], 100 * record.summary.seeds[seed].last_test);
      if (row == 1) gaps.push_back(cell.scores[seed] - table.rows[0].cells[0].scores[seed]);
    }
    EXPECT_DOUBLE_EQ(cell.mean, 100 * record.summary.mean);
    EXPECT_DOUBLE_EQ(cell.last_standard_deviation, 100 * record.summary.last_standard_deviation);
  }
  const ReproducedCell& cell = table.rows[1].cells[0];
  EXPECT_NEAR(cell.gain, train::mean(gaps), 1e-9);
  EXPECT_NEAR(cell.p_value, train::paired_t_test(gaps), 1e-9);
  EXPECT_TRUE(std::isnan(table.rows[0].cells[0].gain));
  EXPECT_DOUBLE_EQ(table.rows[1].average,
                   (table.rows[1].cells[0].mean + table.rows[1].cells[1].mean) / 2);
}

TEST_F(Reproduce, TrainsAsTheBudgetSays) {
  const auto setting = [](const std::string& run, const std::string& name) {
    std::istringstream lines(read_text(path("whole/") + run + "/config.toml"));
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with(name + " = ")) return line.substr(name.size() + 3);
    return std::string("absent");
  };
  EXPECT_EQ(setting("pretrain/attribute-masking", "epochs"), "2");
  EXPECT_EQ(setting("pretrain/attribute-masking", "batch-size"), "256");
  EXPECT_EQ(setting("pretrain/attribute-masking", "dropout"), "0");
  EXPECT_EQ(setting("pretrain/attribute-masking", "width"), "8");
  const std::string second = "pretrain/supervised+attribute-masking";
  EXPECT_EQ(setting(second, "objective"), "\"supervised\"");
  EXPECT_EQ(setting(second, "batch-size"), "32");
  EXPECT_EQ(setting(second, "dropout"), "0.2");
  EXPECT_EQ(setting(second, "init"),
            "\"" + path("whole/pretrain/attribute-masking/model.safetensors") + "\"");
  const std::string last = "finetune/bace/supervised+attribute-masking";
  EXPECT_EQ(setting(last, "init"), "\"" + path("whole/") + second + "/model.safetensors\"");
  EXPECT_EQ(setting(last, "epochs"), "3");
  EXPECT_EQ(setting(last, "dropout"), "0.5");
  EXPECT_EQ(setting(last, "split"), "\"scaffold\"");
  EXPECT_EQ(setting("finetune/bace/none", "init"), "\"\"");
  EXPECT_EQ(data::Dataset::open(path("whole/data/source.h5")).size(), 50);
  EXPECT_EQ(data::Dataset::open(path("whole/data/bbbp.h5")).size(), 80);
  EXPECT_EQ(data::Dataset::open(path("whole/data/bace.h5")).target_names(),
            std::vector<std::string>{"Class"});
}

TEST_F(Reproduce, HasTheFingerprintsAsARowAndSaysWhatDiffers) {
  const Reproduction& table = *whole_;
  EXPECT_EQ(table.fingerprints.strategy, "ecfp4-logistic");
  ASSERT_EQ(table.fingerprints.cells.size(), 2u);
  for (const ReproducedCell& cell : table.fingerprints.cells) {
    EXPECT_EQ(cell.scores.size(), 1u);
    EXPECT_GT(cell.mean, 0);
    EXPECT_TRUE(std::isnan(cell.published));
    EXPECT_FALSE(std::isnan(cell.gain));
  }
  EXPECT_TRUE(
      any_holds(table.notes,
                "ours: GIN of 2 layers, width 8; epochs on 50 of 60 molecules of source.h5 "
                "(node level): 2; epochs on all 60 molecules of labels.h5 (graph level): 1, "
                "without "));
  EXPECT_TRUE(any_holds(table.notes, "BBBP: 80 molecules, published with 2039"));
  EXPECT_TRUE(any_holds(table.notes, "averages are over the sets shown"));
  EXPECT_TRUE(any_holds(table.notes, "not corrected for the 4 tests made"));
  EXPECT_TRUE(
      any_holds(table.notes, "2 seeds: the signed-rank test cannot give a p-value below 0.5"));
  EXPECT_EQ(table.command,
            "aufbau reproduce hu2020 --data DIR --source source.h5 --labels labels.h5 --sets "
            "bbbp,bace --strategies none,supervised+attribute-masking --seeds 0,1 --budget tiny");
}

TEST_F(Reproduce, KeepsValidationAndTestMoleculesOutOfSupervisedPretraining) {
  const data::Dataset set = data::Dataset::open(path("whole/data/bbbp.h5"));
  const data::Split split = data::read_split(path("whole/data/bbbp.splits.json"), set);
  EXPECT_EQ(read_text(path("whole/data/bbbp.splits.json")),
            read_text(path("whole/finetune/bbbp/none/splits.json")));
  std::size_t leaking = 0;
  for (const auto& part : {split.valid, split.test})
    leaking += static_cast<std::size_t>(
        std::count_if(part.begin(), part.end(), [](std::int64_t row) { return row < 60; }));
  ASSERT_GT(leaking, 0u);
  const auto summary =
      train::read_pretrain_record(path("whole/pretrain/supervised+attribute-masking/summary.json"))
          .summary;
  EXPECT_EQ(summary.dropped, static_cast<std::int64_t>(leaking));
  EXPECT_TRUE(
      any_holds(whole_->notes, "without " + std::to_string(leaking) +
                                   " that are in the validation or test part of bbbp,bace"));
  EXPECT_EQ(train::read_pretrain_record(path("whole/pretrain/attribute-masking/summary.json"))
                .summary.dropped,
            0);
}

TEST_F(Reproduce, InterruptedAnywhereItRepeatsNothingAndEndsWithTheSameTable) {
  // Steps: 2 and 2 of pretraining, then 6 for each of 8 seeds; the first stop is in the ingest.
  const std::vector<int> stops = {2, 4, 9, 7, 8, 12};
  std::map<std::string, std::string> finished;
  for (std::size_t i = 0; i <= stops.size(); ++i) {
    ReproduceOptions options = Reproduce::options("stopped");
    options.resume = i > 0;
    if (i < stops.size()) {
      int left = stops[i];
      options.should_stop = [&left] { return --left <= 0; };
      EXPECT_EQ(error_of([&] { report::reproduce(options, kTiny); }).kind(),
                ErrorKind::interrupted);
      EXPECT_FALSE(fs::exists(path("stopped/table.md")));
    } else {
      report::reproduce(options, kTiny);
    }
    // A summary holds the seconds its run took: another run would leave another one.
    const auto now = files_called("summary.json", path("stopped"));
    for (const auto& [file, text] : finished) EXPECT_EQ(now.at(file), text) << file;
    finished = now;
  }
  EXPECT_EQ(finished.size(), 2u + 4u + 8u);  // pretraining; a set with a strategy; its seeds
  expect_same_tables("stopped");
}

TEST_F(Reproduce, AFinishedTableIsMadeAgainWithoutAnyRun) {
  const auto before = files_called("summary.json", path("whole"));
  ReproduceOptions options = Reproduce::options("whole");
  EXPECT_EQ(error_of([&] { report::reproduce(options, kTiny); }).kind(), ErrorKind::usage);
  const std::string table = read_text(path("whole/table.json"));
  options.resume = true;
  report::reproduce(options, kTiny);
  EXPECT_EQ(read_text(path("whole/table.json")), table);
  EXPECT_EQ(files_called("summary.json", path("whole")), before);
}

TEST_F(Reproduce, MoreSeedsAreAddedToThoseThatAreThere) {
  ReproduceOptions options = Reproduce::options("seeds");
  options.strategies = {"none"};
  options.sets = {"bbbp"};
  options.seeds = {1};
  report::reproduce(options, kTiny);
  const std::string first = read_text(path("seeds/finetune/bbbp/none/seed-1/summary.json"));
  options.seeds = {0, 1};
  options.resume = true;
  const Reproduction table = report::reproduce(options, kTiny);
  EXPECT_EQ(read_text(path("seeds/finetune/bbbp/none/seed-1/summary.json")), first);
  EXPECT_EQ(table.rows[0].cells[0].scores, whole_->rows[0].cells[0].scores);
}

TEST_F(Reproduce, WithoutLabelsSupervisedStrategiesAreLeftOutUnlessNamed) {
  ReproduceOptions options = Reproduce::options("unlabelled");
  options.labels.clear();
  options.sets = {"bbbp"};
  const Reproduction table = report::reproduce(options, kTiny);
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0].strategy, "none");
  EXPECT_TRUE(
      any_holds(table.notes, "supervised+attribute-masking is left out: no labels were given"));
  options.output = path("named");
  options.strategies = {"supervised"};
  const Error error = error_of([&] { report::reproduce(options, kTiny); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "--labels")) << error.what();
}

TEST_F(Reproduce, WithoutNoneThereAreNoGains) {
  fs::copy(path("whole"), path("part"), fs::copy_options::recursive);
  ReproduceOptions options = Reproduce::options("part");
  options.resume = true;
  options.sets = {"bace"};
  options.strategies = {"supervised+attribute-masking"};
  const Reproduction table = report::reproduce(options, kTiny);
  EXPECT_TRUE(std::isnan(table.rows[0].cells[0].gain));
  EXPECT_EQ(table.rows[0].cells[0].scores, whole_->rows[1].cells[1].scores);
  EXPECT_TRUE(any_holds(table.notes, "no gains"));
}

TEST_F(Reproduce, AFolderThatWasMovedHasItsScoresButSaysWhyItHasNoFingerprints) {
  ReproduceOptions options = Reproduce::options("here");
  options.strategies = {"none"};
  const Reproduction before = report::reproduce(options, kTiny);
  fs::rename(path("here"), path("there"));
  options.output = path("there");
  options.resume = true;
  const Reproduction table = report::reproduce(options, kTiny);
  EXPECT_EQ(table.rows[0].cells[1].scores, before.rows[0].cells[1].scores);
  EXPECT_TRUE(std::isnan(table.fingerprints.cells[1].mean));
  EXPECT_TRUE(any_holds(table.notes, "bace: no fingerprint baseline")) << table.notes.back();
}

TEST_F(Reproduce, RefusesBeforeTheFirstRun) {
  const auto refused = [](const std::function<void(ReproduceOptions&)>& change) {
    ReproduceOptions options = Reproduce::options("refused");
    change(options);
    const Error error = error_of([&] { report::reproduce(options, kTiny); });
    EXPECT_FALSE(fs::exists(path("refused"))) << error.what();
    return error;
  };
  const Error set = refused([](ReproduceOptions& o) { o.sets = {"bbpb"}; });
  EXPECT_EQ(set.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(set, "unknown set 'bbpb'; did you mean 'bbbp'?")) << set.what();
  const Error strategy = refused([](ReproduceOptions& o) { o.strategies = {"attribute-maskin"}; });
  EXPECT_TRUE(says(strategy, "did you mean 'attribute-masking'?")) << strategy.what();
  const Error table = refused([](ReproduceOptions& o) { o.sets = {"bbbp", "sider"}; });
  EXPECT_EQ(table.kind(), ErrorKind::input);
  EXPECT_TRUE(says(table, "neither sider.csv nor sider.csv.gz")) << table.what();
  const Error source = refused([](ReproduceOptions& o) { o.source.clear(); });
  EXPECT_EQ(source.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(source, "--source")) << source.what();
  EXPECT_TRUE(says(refused([](ReproduceOptions& o) { o.sets = {"bace", "bace"}; }), "twice"));
  EXPECT_TRUE(says(refused([](ReproduceOptions& o) { o.protocol = "hu2019"; }), "'hu2020'"));
  ReproduceOptions options = Reproduce::options("refused");
  options.budget = "slow";
  EXPECT_TRUE(says(error_of([&] { report::reproduce(options); }), "unknown budget 'slow'"));
}

TEST_F(Reproduce, LabelsWithoutTargetsAreMetBeforeTheFirstRun) {
  ReproduceOptions options = Reproduce::options("no-targets");
  options.labels = options.source;
  const Error error = error_of([&] { report::reproduce(options, kTiny); });
  EXPECT_EQ(error.kind(), ErrorKind::nothing_valid) << error.what();
  EXPECT_FALSE(fs::exists(path("no-targets/pretrain")));
}

TEST_F(Reproduce, ASourceWithOtherFeaturesIsMetBeforeTheFirstRun) {
  ingest(read_text(path("source.csv")), "rich", {}, "ogb9");
  ReproduceOptions options = Reproduce::options("rich-source");
  options.source = path("rich.h5");
  const Error error = error_of([&] { report::reproduce(options, kTiny); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch) << error.what();
  EXPECT_TRUE(says(error, "features of")) << error.what();
  EXPECT_FALSE(fs::exists(path("rich-source/pretrain")));
}

TEST_F(Reproduce, WillNotMixWhatWasMadeFromOtherDataOrWithAnotherBudget) {
  write_tables("changing");
  ReproduceOptions options = Reproduce::options("changed");
  options.data = path("changing");
  options.sets = {"bace"};
  report::reproduce(options, kTiny);
  options.resume = true;
  Budget longer = kTiny;
  longer.finetune_epochs = 4;
  const Error other_epochs = error_of([&] { report::reproduce(options, longer); });
  EXPECT_EQ(other_epochs.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(other_epochs, "--epochs")) << other_epochs.what();
  Budget larger = kTiny;
  larger.source_molecules = 55;
  const Error other_source = error_of([&] { report::reproduce(options, larger); });
  EXPECT_EQ(other_source.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(other_source, "holds 50 molecules, but 55 are to be taken"))
      << other_source.what();
  folder_->write("changing/bace.csv", "mol,Class\nCCO,1\nCCN,0\n");
  const Error other_table = error_of([&] { report::reproduce(options, kTiny); });
  EXPECT_EQ(other_table.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(other_table, "bace.h5 was not made from")) << other_table.what();
}

}  // namespace
}  // namespace aufbau::report
