#include "train/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/error.h"
#include "core/text.h"

namespace aufbau::train {

namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
using Values = std::span<const double>;

/// Positions of `values` in ascending order of value.
std::vector<std::size_t> ascending_order(Values values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  return order;
}

/// Ranks from 1; equal values share the mean of their ranks.
std::vector<double> midranks(Values values) {
  const std::vector<std::size_t> order = ascending_order(values);
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0, end; begin < order.size(); begin = end) {
    end = begin + 1;
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    const double rank = 0.5 * static_cast<double>(begin + 1 + end);
    for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = rank;
  }
  return ranks;
}

double mean_of(Values values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::size_t positives(Values labels) {
  return static_cast<std::size_t>(
      std::count_if(labels.begin(), labels.end(), [](double label) { return label > 0.5; }));
}

/// Mann-Whitney form: (rank sum of the positives - its minimum) / pairs; ties count one half.
double roc_auc(Values labels, Values predictions) {
  const double p = static_cast<double>(positives(labels));
  const double n = static_cast<double>(labels.size()) - p;
  if (p == 0 || n == 0) return kNaN;
  const std::vector<double> ranks = midranks(predictions);
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] > 0.5) sum += ranks[i];
  return (sum - p * (p + 1) / 2) / (p * n);
}

/// Sum over thresholds of (recall step) x precision, without interpolation; tied scores are one
/// threshold.
double average_precision(Values labels, Values predictions) {
  const double total = static_cast<double>(positives(labels));
  if (total == 0) return kNaN;
  const std::vector<std::size_t> order = ascending_order(predictions);
  double area = 0, hits = 0, seen = 0;
  for (std::size_t end = order.size(), begin; end > 0; end = begin) {
    begin = end - 1;
    while (begin > 0 && predictions[order[begin - 1]] == predictions[order[end - 1]]) --begin;
    double gained = 0;
    for (std::size_t i = begin; i < end; ++i) gained += labels[order[i]] > 0.5 ? 1 : 0;
    hits += gained;
    seen += static_cast<double>(end - begin);
    area += gained / total * (hits / seen);
  }
  return area;
}

double mean_square(Values labels, Values predictions) {
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i)
    sum += (labels[i] - predictions[i]) * (labels[i] - predictions[i]);
  return sum / static_cast<double>(labels.size());
}

double rmse(Values labels, Values predictions) {
  return labels.empty() ? kNaN : std::sqrt(mean_square(labels, predictions));
}

double mae(Values labels, Values predictions) {
  if (labels.empty()) return kNaN;
  double sum = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) sum += std::abs(labels[i] - predictions[i]);
  return sum / static_cast<double>(labels.size());
}

/// 1 - residual sum of squares / sum of squares about the mean.
double r2(Values labels, Values predictions) {
  if (labels.empty()) return kNaN;
  const double mean = mean_of(labels);
  double total = 0;
  for (const double label : labels) total += (label - mean) * (label - mean);
  if (total == 0) return kNaN;
  return 1 - mean_square(labels, predictions) * static_cast<double>(labels.size()) / total;
}

double pearson(Values a, Values b) {
  const double mean_a = mean_of(a), mean_b = mean_of(b);
  double ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean_a) * (b[i] - mean_b);
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
  }
  return aa == 0 || bb == 0 ? kNaN : ab / std::sqrt(aa * bb);
}

double spearman(Values labels, Values predictions) {
  if (labels.size() < 2) return kNaN;
  return pearson(midranks(labels), midranks(predictions));
}

bool is_constant(Values labels) {
  return std::adjacent_find(labels.begin(), labels.end(), std::not_equal_to<>()) == labels.end();
}

template <class T>
TaskScores score(const MetricEntry& metric, std::span<const T> labels,
                 std::span<const T> predictions, std::size_t tasks) {
  if (labels.size() != predictions.size() || tasks == 0 || labels.size() % tasks != 0)
    fail(ErrorKind::internal, "metrics", labels.size(), " labels and ", predictions.size(),
         " predictions for ", tasks, " tasks");
  TaskScores scores;
  double sum = 0;
  int defined = 0;
  for (std::size_t t = 0; t < tasks; ++t) {
    std::vector<double> known, predicted;
    for (std::size_t i = t; i < labels.size(); i += tasks) {
      if (std::isnan(labels[i])) continue;
      known.push_back(static_cast<double>(labels[i]));
      predicted.push_back(static_cast<double>(predictions[i]));
    }
    const bool scored = !known.empty() && !(metric.classification && is_constant(known)) &&
                        std::none_of(predicted.begin(), predicted.end(),
                                     [](double value) { return std::isnan(value); });
    const double value = scored ? metric.score(known, predicted) : kNaN;
    scores.per_task.push_back(value);
    if (std::isnan(value)) continue;
    sum += value;
    ++defined;
  }
  scores.mean = defined > 0 ? sum / defined : kNaN;
  return scores;
}

}  // namespace

const std::vector<MetricEntry> kMetrics = {
    {"roc-auc", "area under the ROC curve, ties counted one half", true, true, roc_auc},
    {"pr-auc", "average precision", true, true, average_precision},
    {"rmse", "root of the mean squared error", false, false, rmse},
    {"mae", "mean absolute error", false, false, mae},
    {"r2", "coefficient of determination", true, false, r2},
    {"spearman", "rank correlation", true, false, spearman},
};

const MetricEntry& metric_by_name(const std::string& name) {
  std::vector<std::string> known;
  for (const MetricEntry& entry : kMetrics) {
    if (name == entry.name) return entry;
    known.push_back(entry.name);
  }
  fail_unknown_name("metric", "metric", name, known);
}

bool is_better(const MetricEntry& metric, double score, double other) {
  if (std::isnan(score)) return false;
  if (std::isnan(other)) return true;
  return metric.higher_is_better ? score > other : score < other;
}

TaskScores score_tasks(const MetricEntry& metric, std::span<const float> labels,
                       std::span<const float> predictions, std::size_t tasks) {
  return score(metric, labels, predictions, tasks);
}

TaskScores score_tasks(const MetricEntry& metric, std::span<const double> labels,
                       std::span<const double> predictions, std::size_t tasks) {
  return score(metric, labels, predictions, tasks);
}

}  // namespace aufbau::train
