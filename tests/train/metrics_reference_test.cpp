#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "testing/reference.h"
#include "train/metrics.h"

// metrics.h5: scikit-learn and SciPy on the same labels and scores.
namespace aufbau::train {
namespace {

using testing::ReferenceFile;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

const ReferenceFile& file() {
  static const ReferenceFile metrics("metrics.h5");
  return metrics;
}

// The reference's tolerance for float64 values: 1e-10 of the value.
void expect_same(double got, double expected, const std::string& what) {
  if (std::isnan(expected)) {
    EXPECT_TRUE(std::isnan(got)) << what << " is " << got << ", expected NaN";
  } else {
    EXPECT_NEAR(got, expected, 1e-10 * std::max(1.0, std::abs(expected))) << what;
  }
}

TEST(MetricsReference, OneTaskOfZerosAndOnes) {
  ASSERT_FALSE(file().groups("/binary").empty());
  for (const std::string& name : file().groups("/binary")) {
    const std::string path = "/binary/" + name;
    const auto labels = file().doubles(path + "/label"), scores = file().doubles(path + "/score");
    expect_same(metric_by_name("roc-auc").score(labels, scores), file().attribute(path, "roc_auc"),
                path);
    expect_same(metric_by_name("pr-auc").score(labels, scores),
                file().attribute(path, "average_precision"), path);
  }
}

TEST(MetricsReference, TasksThatCannotBeScoredAreLeftOutOfTheMean) {
  ASSERT_FALSE(file().groups("/multitask").empty());
  for (const std::string& name : file().groups("/multitask")) {
    const std::string path = "/multitask/" + name;
    std::vector<double> labels;  // there -1 and 1 with 0 for missing, here 0 and 1 with NaN
    for (const double label : file().doubles(path + "/label"))
      labels.push_back(label == 0 ? kNaN : (label + 1) / 2);
    const auto scores = file().doubles(path + "/score");
    const auto tasks = static_cast<std::size_t>(file().shape(path + "/label").at(1));
    const std::pair<const char*, const char*> metrics[] = {{"roc-auc", "roc_auc"},
                                                           {"pr-auc", "average_precision"}};
    for (const auto& [ours, theirs] : metrics) {
      const TaskScores got = score_tasks(metric_by_name(ours), std::span<const double>(labels),
                                         std::span<const double>(scores), tasks);
      const auto expected = file().doubles(path + "/" + theirs);
      ASSERT_EQ(got.per_task.size(), expected.size());
      for (std::size_t t = 0; t < expected.size(); ++t)
        expect_same(got.per_task[t], expected[t], path + " " + ours);
      expect_same(got.mean, file().attribute(path, std::string("mean_") + theirs), path);
    }
  }
}

TEST(MetricsReference, Regression) {
  ASSERT_FALSE(file().groups("/regression").empty());
  for (const std::string& name : file().groups("/regression")) {
    const std::string path = "/regression/" + name;
    const auto targets = file().doubles(path + "/target"),
               predictions = file().doubles(path + "/prediction");
    for (const char* metric : {"rmse", "mae", "r2", "spearman"})
      expect_same(metric_by_name(metric).score(targets, predictions),
                  file().attribute(path, metric), path + " " + metric);
  }
}

}  // namespace
}  // namespace aufbau::train
