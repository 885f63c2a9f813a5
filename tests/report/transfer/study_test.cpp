#include "report/transfer/study/study.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "report/transfer/study/study_file.h"
#include "report/transfer/study/study_table.h"
#include "small_sets.h"
#include "testing/errors.h"

namespace aufbau::report {
namespace {

namespace fs = std::filesystem;
using testing::any_holds;
using testing::error_of;
using testing::files_called;
using testing::read_text;
using testing::says;

/// Stands for measure_scores: `near` with a value for each source, `shift` with none, and a score
/// of the target alone.
std::vector<std::vector<TransferScoreValue>> scoring(const TransferStudyOptions& options) {
  std::vector<std::vector<TransferScoreValue>> values;
  for (std::size_t t = 0; t < options.targets.size(); ++t) {
    std::vector<TransferScoreValue>& rows = values.emplace_back();
    for (std::size_t s = 0; s < options.sources.size(); ++s)
      for (const char* name : {"near", "shift"}) {
        TransferScoreValue& row = rows.emplace_back();
        row.score = name;
        row.source = fs::path(options.sources[s]).stem().string();
        if (name == std::string("near")) {
          row.value = static_cast<double>((s + t) % 3);
        } else {
          row.missing = "there are no descriptors";
        }
      }
    TransferScoreValue& alone = rows.emplace_back();
    alone.score = "rogi";
    alone.value = 0.5;
  }
  return values;
}

class Study : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    sets_ = new SmallSets;
    whole_ = new TransferStudy(transfer_study(options("whole"), scoring));
  }
  static void TearDownTestSuite() {
    delete whole_;
    delete sets_;
  }
  static std::string path(const std::string& name) { return sets_->path(name); }
  static TransferStudyOptions options(const std::string& output) {
    TransferStudyOptions options;
    options.sources = {path("first.h5"), path("second.h5"), path("polar.h5")};
    options.targets = {path("polar.h5"), path("area.h5")};
    options.output = path(output);
    options.probe = small_probe();
    options.measure.bootstrap = 100;
    return options;
  }
  static std::map<std::string, std::string> summaries(const std::string& below) {
    return files_called("summary.json", path(below));
  }
  static void expect_same_study(const std::string& output) {
    for (const char* file : {"/study.json", "/study.md"})
      EXPECT_EQ(read_text(path(output) + file), read_text(path("whole") + file)) << file;
  }
  static SmallSets* sets_;
  static TransferStudy* whole_;
};
SmallSets* Study::sets_ = nullptr;
TransferStudy* Study::whole_ = nullptr;

TEST_F(Study, PutsGainsBesideScores) {
  const TransferStudy& study = *whole_;
  EXPECT_EQ(study.sources, (std::vector<std::string>{"first", "second", "polar"}));
  EXPECT_EQ(study.targets, (std::vector<std::string>{"polar", "area"}));
  ASSERT_EQ(study.pairs.size(), 6u);
  EXPECT_EQ(study.pairs[4].source, "second");
  EXPECT_EQ(study.pairs[4].target, "area");
  EXPECT_FALSE(std::isnan(study.pairs[4].gain.gain));
  ASSERT_EQ(study.pairs[4].scores.size(), 2u);  // not that of the target alone
  EXPECT_EQ(study.pairs[4].scores[0].value, 2);
  ASSERT_EQ(study.scores.size(), 2u);
  EXPECT_EQ(study.scores[0].pairs, 4);
  EXPECT_FALSE(std::isnan(study.scores[0].spearman));
  EXPECT_EQ(study.scores[1].pairs, 0);
  EXPECT_GT(study.seconds, 0);
}

TEST_F(Study, SaysWhatItRestsOn) {
  const TransferStudy& study = *whole_;
  EXPECT_TRUE(any_holds(study.notes,
                        "first: 20 of 60 graphs learned from, out of 30 evenly apart in the file, "
                        "without 10 that are molecules of the targets"));
  EXPECT_TRUE(any_holds(study.notes, "second: 30 of 30 graphs learned from"));
  EXPECT_TRUE(any_holds(study.notes, "no gain from polar on area: nothing of the source is left"));
  EXPECT_TRUE(any_holds(study.notes, "shift has no value for any pair: there are no descriptors"));
  EXPECT_TRUE(any_holds(study.notes, "the 2 seeds of a target share one split"));
  EXPECT_TRUE(any_holds(study.notes, "points of ROC-AUC and percents of RMSE are ranked together"));
  EXPECT_TRUE(any_holds(study.notes, "pigeonhole bootstrap (Owen 2007)"));
  EXPECT_EQ(study.command,
            "aufbau transfer study --sources first.h5,second.h5,polar.h5 --targets "
            "polar.h5,area.h5 --objective attribute-masking --encoder gin --layers 2 --width 8 "
            "--jk last --dropout 0 --molecules 30 --pretrain-epochs 2 --finetune-epochs 2 "
            "--pretrain-batch-size 256 --finetune-batch-size 32 --split scaffold --pooling mean "
            "--seeds 0,1 --bootstrap 100");
}

TEST_F(Study, IsReadBackFromItsFile) {
  const TransferStudy read = read_study(path("whole/study.json"));
  EXPECT_EQ(study_json(read), study_json(*whole_));
  EXPECT_EQ(read_text(path("whole/study.md")), study_markdown(read));
  EXPECT_EQ(read_text(path("whole/study.md")).find(sets_->path("")), std::string::npos);
}

TEST_F(Study, InterruptedAnywhereItRepeatsNothingAndEndsWithTheSameBytes) {
  // Leak guard of three sources; 2 steps for each of 2 pretrainings; 4 for each of 12 seeds.
  const std::vector<int> stops = {2, 7, 9, 12, 20};
  std::map<std::string, std::string> finished;
  for (std::size_t i = 0; i <= stops.size(); ++i) {
    TransferStudyOptions options = Study::options("stopped");
    options.resume = i > 0;
    options.threads = i % 2 == 0 ? 1 : 2;
    if (i < stops.size()) {
      int left = stops[i];
      options.should_stop = [&left] { return --left <= 0; };
      EXPECT_EQ(error_of([&] { transfer_study(options, scoring); }).kind(), ErrorKind::interrupted);
      EXPECT_FALSE(fs::exists(path("stopped/study.json")));
    } else {
      transfer_study(options, scoring);
    }
    // A summary holds the seconds its run took: another run would leave another one.
    const auto now = summaries("stopped");
    for (const auto& [file, text] : finished) EXPECT_EQ(now.at(file), text) << file;
    finished = now;
  }
  EXPECT_EQ(finished.size(), 2u + 6u + 12u);
  expect_same_study("stopped");
}

TEST_F(Study, AFinishedOneIsMadeAgainWithoutAnyRun) {
  const auto before = summaries("whole");
  const std::string text = read_text(path("whole/study.json"));
  TransferStudyOptions options = Study::options("whole");
  EXPECT_EQ(error_of([&] { transfer_study(options, scoring); }).kind(), ErrorKind::usage);
  options.resume = true;
  transfer_study(options, scoring);
  EXPECT_EQ(summaries("whole"), before);
  EXPECT_EQ(read_text(path("whole/study.json")), text);
}

TEST_F(Study, ForceStartsAnewAndLeavesWhatIsNotItsOwn) {
  fs::copy(path("whole"), path("forced"), fs::copy_options::recursive);
  const auto mine = path("forced/data/mine.txt"), other = path("forced/finetune/mine.txt");
  fs::copy(path("first.csv"), mine);
  fs::copy(path("first.csv"), other);
  TransferStudyOptions options = Study::options("forced");
  options.probe.molecules = 25;
  options.probe.finetune_epochs = 1;
  options.resume = true;
  EXPECT_EQ(error_of([&] { transfer_study(options, scoring); }).kind(), ErrorKind::mismatch);
  options.resume = false;
  options.force = true;
  const TransferStudy study = transfer_study(options, scoring);
  EXPECT_TRUE(any_holds(study.notes, "out of 25 evenly apart"));
  EXPECT_TRUE(fs::exists(mine) && fs::exists(other));
  EXPECT_EQ(read_study(path("forced/study.json")).hash, study.hash);
}

TEST_F(Study, TellsWhichRunOfHowMany) {
  TransferStudyOptions options = Study::options("told");
  options.probe.seeds = {0};
  options.sources = {path("second.h5")};
  options.targets = {path("area.h5")};
  std::vector<std::string> stages;
  options.progress = [&](const Progress& progress) {
    if (progress.line) stages.push_back(progress.stage);
  };
  const TransferStudy study = transfer_study(options, scoring);
  EXPECT_EQ(stages, (std::vector<std::string>{"run 1/3: pretraining on second",
                                              "run 2/3: fine-tuning area from scratch",
                                              "run 3/3: fine-tuning area from second"}));
  EXPECT_TRUE(
      any_holds(study.notes, "one seed: gains have neither a standard error nor a p-value"));
  EXPECT_TRUE(std::isnan(study.pairs[0].gain.standard_error));
  EXPECT_TRUE(any_holds(study.notes, "fewer than three sources"));
}

TEST_F(Study, RefusesBeforeItTouchesItsFolder) {
  const auto refused = [](const std::function<void(TransferStudyOptions&)>& change) {
    TransferStudyOptions options = Study::options("refused");
    change(options);
    const Error error = error_of([&] { transfer_study(options, scoring); });
    EXPECT_FALSE(fs::exists(path("refused"))) << error.what();
    return error;
  };
  const Error labels = refused([](auto& options) { options.targets.push_back(path("second.h5")); });
  EXPECT_EQ(labels.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(labels, "has no labels")) << labels.what();
  const Error twice = refused([](auto& options) { options.sources.push_back("x/first.h5"); });
  EXPECT_EQ(twice.kind(), ErrorKind::usage);
  EXPECT_EQ(refused([](auto& options) { options.sources = {"none.h5"}; }).kind(), ErrorKind::input);
  EXPECT_EQ(refused([](auto& options) { options.measure.bootstrap = -1; }).kind(),
            ErrorKind::usage);
  EXPECT_EQ(refused([](auto& options) { options.measure.level = 1; }).kind(), ErrorKind::usage);
  EXPECT_EQ(refused([](auto& options) { options.output.clear(); }).kind(), ErrorKind::usage);
}

}  // namespace
}  // namespace aufbau::report
