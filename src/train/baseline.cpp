#include "train/baseline.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

#include "core/error.h"
#include "core/parallel.h"
#include "data/stored_molecules.h"
#include "molecules/molecule.h"
#include "tensor/ops.h"
#include "train/lbfgs.h"

namespace aufbau::train {

namespace {

constexpr int kRadius = 2, kBits = 2048;
constexpr std::int64_t kIntercept = kBits;  ///< a column that every molecule has
constexpr std::int64_t kColumns = kBits + 1;
constexpr double kMiddlePenalty = 3;
constexpr std::size_t kPenalties = std::size(kBaselinePenalties);

/// Columns that a molecule has, ascending; the intercept is the last.
using Columns = std::vector<std::int32_t>;

std::vector<Columns> fingerprints(const data::Dataset& dataset,
                                  std::span<const std::int64_t> rows) {
  std::vector<Columns> columns(rows.size());
  data::for_each_molecule(dataset, rows, [&](std::int64_t i, const molecules::Molecule& molecule) {
    columns[static_cast<std::size_t>(i)] = molecules::morgan_bits(molecule, kRadius, kBits);
  });
  for (Columns& of_row : columns) of_row.push_back(static_cast<std::int32_t>(kIntercept));
  return columns;
}

/// One task on the molecules that have a label for it. With the fingerprints as a RowMap over the
/// table of weights, the sparse matrix product is a segment sum.
struct LinearProblem {
  RowMap rows;
  Tensor targets;  ///< f64 [labels, 1], scaled
  bool classification = true;
};

LinearProblem make_problem(const std::vector<Columns>& molecules, const std::vector<float>& labels,
                           const Tasks& tasks, const nn::TargetScaler& scaler, std::size_t task) {
  std::vector<std::int32_t> offset = {0}, source;
  std::vector<double> targets;
  for (std::size_t i = 0; i < molecules.size(); ++i) {
    const float label = labels[i * tasks.count() + task];
    if (std::isnan(label)) continue;
    source.insert(source.end(), molecules[i].begin(), molecules[i].end());
    offset.push_back(static_cast<std::int32_t>(source.size()));
    targets.push_back((label - scaler.mean[task]) / scaler.deviation[task]);
  }
  const Shape shape = {static_cast<std::int64_t>(targets.size()), 1};
  return {make_row_map(kColumns, offset, source),
          Tensor::from(std::span<const double>(targets), shape), tasks.is_classification()};
}

/// Weights [kColumns] by L-BFGS on the engine's losses and gradients.
std::vector<double> fit(const LinearProblem& problem, double penalty, std::vector<double> start) {
  // Half a squared error per label, so that ridge and logistic penalties mean the same.
  const double factor =
      static_cast<double>(problem.targets.rows()) * (problem.classification ? 1.0 : 0.5);
  const SmoothFunction objective = [&](const std::vector<double>& x,
                                       std::vector<double>& gradient) {
    Tensor weights = Tensor::from(std::span<const double>(x), {kColumns, 1});
    weights.set_requires_grad(true);
    const Tensor outputs = ops::segment_sum(weights, problem.rows);
    const Tensor mean_loss = problem.classification
                                 ? ops::bce_with_logits(outputs, problem.targets)
                                 : ops::mean_squared_error(outputs, problem.targets);
    const Tensor loss = ops::scale(mean_loss, factor);
    double value = loss.item();
    backward(loss);
    gradient = weights.grad().to_doubles();
    for (std::size_t i = 0; i < static_cast<std::size_t>(kBits); ++i) {
      value += 0.5 * penalty * x[i] * x[i];
      gradient[i] += penalty * x[i];
    }
    return value;
  };
  return minimise(objective, std::move(start));
}

/// Weights of every task for one penalty, task by task: [tasks][kColumns].
using TaskWeights = std::vector<std::vector<double>>;

/// One entry per penalty. Tasks are independent problems, each solved from the strong to the weak
/// penalties, starting where the one before ended.
std::vector<TaskWeights> fit_all(const std::vector<Columns>& molecules,
                                 const std::vector<float>& labels, const Tasks& tasks,
                                 const nn::TargetScaler& scaler) {
  std::vector<TaskWeights> all(kPenalties, TaskWeights(tasks.count()));
  parallel_blocks(
      static_cast<std::int64_t>(tasks.count()), 1, [&](std::int64_t begin, std::int64_t) {
        const auto task = static_cast<std::size_t>(begin);
        const LinearProblem problem = make_problem(molecules, labels, tasks, scaler, task);
        std::vector<double> weights(static_cast<std::size_t>(kColumns));
        for (std::size_t p = 0; p < kPenalties; ++p) {
          if (problem.targets.rows() > 0)
            weights = fit(problem, kBaselinePenalties[p], std::move(weights));
          all[p][task] = weights;
        }
      });
  return all;
}

/// Scores of weights on molecules, in the units of their labels.
TaskScores score(const std::vector<Columns>& molecules, const std::vector<float>& labels,
                 const TaskWeights& weights, const nn::TargetScaler& scaler,
                 const MetricEntry& metric) {
  std::vector<double> outputs;
  outputs.reserve(labels.size());
  for (const Columns& columns : molecules)
    for (std::size_t t = 0; t < weights.size(); ++t) {
      double output = 0;
      for (const std::int32_t column : columns)
        output += weights[t][static_cast<std::size_t>(column)];
      outputs.push_back(scaler.mean[t] + scaler.deviation[t] * output);
    }
  const std::vector<double> known(labels.begin(), labels.end());
  return score_tasks(metric, known, outputs, weights.size());
}

}  // namespace

BaselineResult fingerprint_baseline(const data::Dataset& dataset, const Tasks& tasks,
                                    const data::Split& split, const MetricEntry& metric) {
  if (dataset.molecules().smiles.empty())
    fail(ErrorKind::mismatch, "baseline", dataset.path(),
         " holds no molecules, so there are no fingerprints");
  const nn::TargetScaler scaler = target_scaler(dataset, tasks, split.train);
  const std::vector<TaskWeights> weights = fit_all(
      fingerprints(dataset, split.train), labels_of(dataset, tasks, split.train), tasks, scaler);
  const std::vector<Columns> valid = fingerprints(dataset, split.valid);
  const std::vector<float> valid_labels = labels_of(dataset, tasks, split.valid);

  BaselineResult result;
  result.name = tasks.is_classification() ? "ecfp4-logistic" : "ecfp4-ridge";
  result.valid.mean = std::numeric_limits<double>::quiet_NaN();
  std::size_t chosen = static_cast<std::size_t>(
      std::find(std::begin(kBaselinePenalties), std::end(kBaselinePenalties), kMiddlePenalty) -
      std::begin(kBaselinePenalties));
  for (std::size_t p = 0; p < kPenalties; ++p) {
    const TaskScores scores = score(valid, valid_labels, weights[p], scaler, metric);
    if (!is_better(metric, scores.mean, result.valid.mean)) continue;
    result.valid = scores;
    chosen = p;
  }
  result.penalty = kBaselinePenalties[chosen];
  result.valid_defined = !std::isnan(result.valid.mean);
  result.test = score(fingerprints(dataset, split.test), labels_of(dataset, tasks, split.test),
                      weights[chosen], scaler, metric);
  return result;
}

}  // namespace aufbau::train
