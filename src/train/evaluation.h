#pragma once
#include <map>
#include <span>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "train/inference.h"
#include "train/metrics.h"
#include "train/tasks.h"

namespace aufbau::train {

/// Predictions for dataset rows with every score that fits the tasks.
struct Evaluation {
  std::vector<double> predictions;  ///< row-major [rows, tasks], probabilities or original units
  std::map<std::string, TaskScores> scores;  ///< by metric
};
Evaluation evaluate(const Predictor& predictor, const data::Dataset& dataset, const Tasks& tasks,
                    std::span<const std::int64_t> rows);

/// Every metric of the type of the tasks.
std::map<std::string, TaskScores> all_scores(const Tasks& tasks, std::span<const double> labels,
                                             std::span<const double> predictions);

/// CSV: row, smiles, then label_<task> and prob_<task> or pred_<task> for every task.
void write_predictions(const std::string& path, const data::Dataset& dataset, const Tasks& tasks,
                       std::span<const std::int64_t> rows, std::span<const double> predictions);

/// "prob_<task>" or "pred_<task>".
std::string prediction_column(const std::string& task_name, const std::string& task_type);

}  // namespace aufbau::train
