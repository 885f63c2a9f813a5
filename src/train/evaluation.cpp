#include "train/evaluation.h"

#include "store/atomic_file.h"
#include "train/csv_field.h"

namespace aufbau::train {

Evaluation evaluate(const Predictor& predictor, const data::Dataset& dataset, const Tasks& tasks,
                    std::span<const std::int64_t> rows) {
  std::vector<graphs::GraphView> graphs;
  graphs.reserve(rows.size());
  for (const std::int64_t row : rows) graphs.push_back(dataset.graph(row));
  Evaluation evaluation;
  evaluation.predictions = predictor.predict(graphs);
  const std::vector<float> labels = labels_of(dataset, tasks, rows);
  evaluation.scores =
      all_scores(tasks, std::vector<double>(labels.begin(), labels.end()), evaluation.predictions);
  return evaluation;
}

std::map<std::string, TaskScores> all_scores(const Tasks& tasks, std::span<const double> labels,
                                             std::span<const double> predictions) {
  std::map<std::string, TaskScores> scores;
  for (const MetricEntry& metric : kMetrics)
    if (metric.classification == tasks.is_classification())
      scores[metric.name] = score_tasks(metric, labels, predictions, tasks.count());
  return scores;
}

void write_predictions(const std::string& path, const data::Dataset& dataset, const Tasks& tasks,
                       std::span<const std::int64_t> rows, std::span<const double> predictions) {
  std::string text = "row,smiles";
  for (std::size_t t = 0; t < tasks.count(); ++t)
    text += ',' + csv_field("label_" + tasks.names[t]) + ',' +
            csv_field(prediction_column(tasks.names[t], tasks.types[t]));
  text += '\n';
  const std::vector<float> labels = labels_of(dataset, tasks, rows);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<std::size_t>(rows[i]);
    const auto& smiles = dataset.molecules().smiles;
    text += std::to_string(rows[i]) + ',' + csv_field(smiles.empty() ? "" : smiles[row]);
    for (std::size_t t = 0; t < tasks.count(); ++t) {
      const std::size_t at = i * tasks.count() + t;
      text += ',' + csv_number(labels[at]) + ',' + csv_number(predictions[at]);
    }
    text += '\n';
  }
  store::write_file(path, text);
}

std::string prediction_column(const std::string& task_name, const std::string& task_type) {
  return (task_type == "classification" ? "prob_" : "pred_") + task_name;
}

}  // namespace aufbau::train
