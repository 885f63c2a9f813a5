#pragma once
#include <span>
#include <string>
#include <vector>

namespace aufbau::train {

/// A score of predictions against labels; entries with a NaN label are missing. NaN when not
/// defined (one class only, constant target): such a task does not enter the average.
struct MetricEntry {
  const char* name;
  const char* summary;
  bool higher_is_better;
  bool classification;  ///< labels 0/1 and any monotone score, or regression values
  double (*score)(std::span<const double> labels, std::span<const double> predictions);
};
/// roc-auc, pr-auc (average precision), rmse, mae, r2, spearman; definitions as in scikit-learn and
/// SciPy.
extern const std::vector<MetricEntry> kMetrics;
/// Error{usage} with the nearest known name.
const MetricEntry& metric_by_name(const std::string& name);

/// Is `score` better than `other` under this metric? NaN is worse than any number.
bool is_better(const MetricEntry& metric, double score, double other);

/// Per task and their unweighted mean over tasks that are defined. labels, predictions: row-major
/// [N, tasks].
struct TaskScores {
  std::vector<double> per_task;
  double mean = 0;  ///< NaN when no task is defined
};
/// A classification task without a label of each class is not scored (its average precision could
/// be, but Hu et al. 2020 leave such tasks out of every average).
/// A task with a NaN among its predictions is not scored either.
TaskScores score_tasks(const MetricEntry& metric, std::span<const float> labels,
                       std::span<const float> predictions, std::size_t tasks);
TaskScores score_tasks(const MetricEntry& metric, std::span<const double> labels,
                       std::span<const double> predictions, std::size_t tasks);

}  // namespace aufbau::train
