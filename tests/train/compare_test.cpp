#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "data/dataset.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "train/baseline.h"
#include "train/lbfgs.h"
#include "train/runs.h"
#include "train/small_data.h"
#include "train/statistics.h"

namespace aufbau::train {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::says;
using testing::TemporaryFolder;

bool any_note(const Comparison& comparison, const std::string& words) {
  for (const std::string& note : comparison.notes)
    if (note.find(words) != std::string::npos) return true;
  return false;
}

class Compare : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    const std::string data =
        testing::write_small_dataset(folder_->path("data.h5"), {.ring = true, .nitrogen = true});
    FinetuneOptions options = testing::small_finetuning(data, folder_->path("narrow"));
    options.seeds = {0, 1, 2};
    options.epochs = 2;
    train::finetune(options);
    options.output = folder_->path("wide");
    options.encoder.width = 24;
    options.seeds = {0, 1, 2, 3};
    train::finetune(options);
  }
  static void TearDownTestSuite() { delete folder_; }
  static std::string run(const std::string& name) { return folder_->path(name); }
  static TemporaryFolder* folder_;
};
TemporaryFolder* Compare::folder_ = nullptr;

TEST_F(Compare, SetsRunsSideBySideWithTheFingerprints) {
  CompareOptions options;
  options.runs = {run("narrow"), run("wide/")};
  const Comparison comparison = train::compare(options);
  EXPECT_EQ(comparison.metric, "roc-auc");
  EXPECT_TRUE(comparison.higher_is_better);
  ASSERT_EQ(comparison.rows.size(), 3u);
  EXPECT_EQ(comparison.rows[0].name, "narrow");
  EXPECT_EQ(comparison.rows[1].name, "wide");
  EXPECT_EQ(comparison.rows[2].name, "ecfp4-logistic");
  EXPECT_EQ(comparison.rows[0].scores.size(), 3u);
  EXPECT_EQ(comparison.rows[2].scores.size(), 1u);
  EXPECT_DOUBLE_EQ(comparison.rows[1].mean, mean(comparison.rows[1].scores));
  ASSERT_EQ(comparison.pairs.size(), 3u);
  const ComparisonPair& pair = comparison.pairs[0];
  EXPECT_EQ(pair.pairs, 3);  // the seeds that both have
  std::vector<double> gaps;
  for (std::size_t i = 0; i < 3; ++i)
    gaps.push_back(comparison.rows[0].scores[i] - comparison.rows[1].scores[i]);
  EXPECT_DOUBLE_EQ(pair.mean_difference, mean(gaps));
  const double expected = paired_t_test(gaps);
  EXPECT_TRUE(pair.p_value == expected || (std::isnan(pair.p_value) && std::isnan(expected)));
  EXPECT_EQ(comparison.pairs[2].pairs, 4);  // each seed of wide against the one baseline score
  EXPECT_TRUE(any_note(comparison, "n = 3 pairs: a p-value below 0.25"));
  EXPECT_TRUE(any_note(comparison, "deterministic"));
  EXPECT_TRUE(any_note(comparison, "not corrected"));
}

TEST_F(Compare, OneRunWithoutBaselineIsARowWithoutPairs) {
  CompareOptions options;
  options.runs = {run("wide")};
  options.baseline = false;
  const Comparison comparison = train::compare(options);
  EXPECT_EQ(comparison.rows.size(), 1u);
  EXPECT_TRUE(comparison.pairs.empty());
}

TEST_F(Compare, RefusesRunsOfAnotherSplitOrDataOrMetric) {
  FinetuneOptions options = testing::small_finetuning(run("data.h5"), run("other-split"));
  options.split_seed = 77;
  options.epochs = 1;
  train::finetune(options);
  options = testing::small_finetuning(run("data.h5"), run("other-metric"));
  options.metric = "pr-auc";
  options.epochs = 1;
  train::finetune(options);
  options = testing::small_finetuning(testing::write_small_dataset(run("other.h5"), {.ring = true}),
                                      run("other-data"));
  options.epochs = 1;
  train::finetune(options);
  for (const char* other : {"other-split", "other-metric", "other-data"}) {
    CompareOptions compared;
    compared.runs = {run("narrow"), run(other)};
    const Error error = error_of([&] { train::compare(compared); });
    EXPECT_EQ(error.kind(), ErrorKind::mismatch) << other;
    EXPECT_TRUE(says(error, other)) << error.what();
  }
}

TEST_F(Compare, RefusesWhatIsNoRun) {
  const auto kind_of = [](std::vector<std::string> runs) {
    CompareOptions options;
    options.runs = std::move(runs);
    return error_of([&] { train::compare(options); }).kind();
  };
  EXPECT_EQ(kind_of({}), ErrorKind::usage);
  EXPECT_EQ(kind_of({run("absent")}), ErrorKind::input);
  EXPECT_EQ(kind_of({run("narrow/seed-0")}), ErrorKind::input);
  EXPECT_EQ(kind_of({run("narrow"), run("narrow/")}), ErrorKind::usage);
  folder_->write("not-a-run/summary.json", "{\"kind\": \"finetune\"}");
  EXPECT_EQ(kind_of({run("not-a-run")}), ErrorKind::input);
}

TEST_F(Compare, SaysWhyThereIsNoBaseline) {
  fs::rename(run("data.h5"), run("moved.h5"));
  CompareOptions options;
  options.runs = {run("narrow")};
  const Comparison comparison = train::compare(options);
  fs::rename(run("moved.h5"), run("data.h5"));
  EXPECT_EQ(comparison.rows.size(), 1u);
  EXPECT_TRUE(any_note(comparison, "not there any more"));
}

TEST(Lbfgs, FindsTheMinimumOfAStretchedBowl) {
  const SmoothFunction bowl = [](const std::vector<double>& x, std::vector<double>& gradient) {
    double value = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double curvature = std::pow(10.0, static_cast<double>(i) - 2), away = x[i] - 1;
      value += 0.5 * curvature * away * away;
      gradient[i] = curvature * away;
    }
    return value;
  };
  LbfgsOptions options;
  options.tolerance = 1e-12;
  for (const double value : minimise(bowl, {5, -3, 2, 8, 0}, options)) EXPECT_NEAR(value, 1, 1e-8);
}

// One feature that every molecule has: the penalised fit is the intercept alone, at the log-odds of
// the training labels.
TEST(Baseline, LearnsRingsFromFingerprints) {
  const TemporaryFolder folder;
  const data::Dataset dataset =
      data::Dataset::open(testing::write_small_dataset(folder.path("d.h5"), {.ring = true}));
  const Tasks tasks = choose_tasks("test", dataset, {}, "auto", false);
  const data::Split split = data::make_split("random", dataset, {0.6, 0.2, 0.2}, 3);
  const BaselineResult result =
      fingerprint_baseline(dataset, tasks, split, metric_by_name("roc-auc"));
  EXPECT_EQ(result.name, "ecfp4-logistic");
  EXPECT_GT(result.test.mean, 0.9);
  const BaselineResult again =
      fingerprint_baseline(dataset, tasks, split, metric_by_name("roc-auc"));
  EXPECT_EQ(again.test.mean, result.test.mean);
}

TEST(Baseline, RidgeAnswersInTheUnitsOfTheTargets) {
  const TemporaryFolder folder;
  const data::Dataset dataset =
      data::Dataset::open(testing::write_small_dataset(folder.path("d.h5"), {.atoms = true}));
  const Tasks tasks = choose_tasks("test", dataset, {}, "auto", false);
  const data::Split split = data::make_split("random", dataset, {0.6, 0.2, 0.2}, 3);
  const BaselineResult result = fingerprint_baseline(dataset, tasks, split, metric_by_name("rmse"));
  EXPECT_EQ(result.name, "ecfp4-ridge");
  EXPECT_LT(result.test.mean, 40);  // labels are 120 to 210
}

}  // namespace
}  // namespace aufbau::train
