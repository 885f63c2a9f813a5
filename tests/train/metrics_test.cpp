#include "train/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "testing/errors.h"

namespace aufbau::train {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
using Values = std::vector<double>;

double score(const char* name, const Values& labels, const Values& predictions) {
  return metric_by_name(name).score(labels, predictions);
}

TEST(RocAuc, CountsPairsInTheRightOrderAndTiesOneHalf) {
  EXPECT_DOUBLE_EQ(score("roc-auc", {0, 0, 1, 1}, {1, 2, 3, 4}), 1.0);
  EXPECT_DOUBLE_EQ(score("roc-auc", {0, 0, 1, 1}, {4, 3, 2, 1}), 0.0);
  EXPECT_DOUBLE_EQ(score("roc-auc", {0, 0, 1, 1}, {1, 3, 2, 4}), 0.75);
  EXPECT_DOUBLE_EQ(score("roc-auc", {0, 1, 0, 1}, {5, 5, 5, 5}), 0.5);
  EXPECT_TRUE(std::isnan(score("roc-auc", {1, 1}, {1, 2})));
}

TEST(AveragePrecision, AddsPrecisionAtEachRecallStep) {
  // Descending: 1 (hit, precision 1), 0, 1 (hit, precision 2/3).
  EXPECT_DOUBLE_EQ(score("pr-auc", {1, 0, 1}, {3, 2, 1}), 0.5 * 1 + 0.5 * 2 / 3);
  EXPECT_DOUBLE_EQ(score("pr-auc", {1, 0, 0, 1}, {1, 1, 1, 1}), 0.5);
  EXPECT_TRUE(std::isnan(score("pr-auc", {0, 0}, {1, 2})));
}

TEST(RegressionMetrics, AreTheTextbookOnes) {
  const Values y = {1, 2, 4}, p = {1, 4, 3};
  EXPECT_DOUBLE_EQ(score("rmse", y, p), std::sqrt(5.0 / 3));
  EXPECT_DOUBLE_EQ(score("mae", y, p), 1.0);
  EXPECT_NEAR(score("r2", y, p), 1 - 5.0 / (14.0 / 3), 1e-15);
  EXPECT_NEAR(score("spearman", y, p), 0.5, 1e-15);
  EXPECT_TRUE(std::isnan(score("r2", {2, 2}, {1, 2})));
  EXPECT_TRUE(std::isnan(score("spearman", {1, 2}, {3, 3})));
}

TEST(Metrics, EveryEntryIsNotDefinedWithoutLabels) {
  for (const MetricEntry& metric : kMetrics) EXPECT_TRUE(std::isnan(metric.score({}, {})));
}

TEST(Metrics, AnUnknownNameIsMetWithTheNearest) {
  const Error error = testing::error_of([] { metric_by_name("roc_auc"); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(testing::says(error, "roc-auc")) << error.what();
}

TEST(TaskScores, MissingLabelsAreLeftOutAndUndefinedTasksDoNotCount) {
  // Task 0: perfect. Task 1: one class only. Task 2: no labels.
  const std::vector<float> labels = {0, 1, NAN, NAN, 1, NAN, 1, 1, NAN};
  const std::vector<float> predictions = {0.1f, 0.5f, 0.5f, 0.0f, 0.5f, 0.5f, 0.9f, 0.1f, 0.5f};
  const TaskScores scores = score_tasks(metric_by_name("roc-auc"), std::span<const float>(labels),
                                        std::span<const float>(predictions), 3);
  EXPECT_DOUBLE_EQ(scores.per_task[0], 1.0);
  EXPECT_TRUE(std::isnan(scores.per_task[1]));
  EXPECT_TRUE(std::isnan(scores.per_task[2]));
  EXPECT_DOUBLE_EQ(scores.mean, 1.0);
}

TEST(TaskScores, TheMeanOfNothingIsNotDefined) {
  const std::vector<float> labels = {1, 1}, predictions = {0, 1};
  EXPECT_TRUE(std::isnan(score_tasks(metric_by_name("roc-auc"), std::span<const float>(labels),
                                     std::span<const float>(predictions), 1)
                             .mean));
}

TEST(TaskScores, APredictionThatIsNotANumberIsNotScored) {
  const std::vector<double> labels = {0, 1, 0, 1}, predictions = {0.1, kNaN, 0.3, 0.4};
  for (const char* name : {"roc-auc", "pr-auc"})
    EXPECT_TRUE(std::isnan(score_tasks(metric_by_name(name), std::span<const double>(labels),
                                       std::span<const double>(predictions), 1)
                               .mean));
}

TEST(IsBetter, FollowsTheDirectionAndPutsNaNLast) {
  const MetricEntry &auc = metric_by_name("roc-auc"), &rmse = metric_by_name("rmse");
  EXPECT_TRUE(is_better(auc, 0.8, 0.7));
  EXPECT_FALSE(is_better(auc, 0.7, 0.7));
  EXPECT_TRUE(is_better(rmse, 0.7, 0.8));
  EXPECT_TRUE(is_better(rmse, 5.0, kNaN));
  EXPECT_FALSE(is_better(rmse, kNaN, 5.0));
  EXPECT_FALSE(is_better(auc, kNaN, kNaN));
}

}  // namespace
}  // namespace aufbau::train
