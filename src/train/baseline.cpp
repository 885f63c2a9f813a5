#include "train/baseline.h"

#include <cmath>
#include <limits>
#include <variant>

#include "core/error.h"
#include "core/parallel.h"
#include "molecules/molecule.h"
#include "tensor/ops.h"
#include "train/lbfgs.h"

namespace aufbau::train {

namespace {

constexpr int kRadius = 2, kBits = 2048;
constexpr std::int64_t kIntercept = kBits;  ///< a column that every molecule has
constexpr std::int64_t kColumns = kBits + 1;
constexpr double kMiddlePenalty = 3;

/// Set columns of each row as a RowMap over the weight table: the sparse matrix product is a
/// segment sum.
RowMap fingerprint_rows(const data::Dataset& dataset, std::span<const std::int64_t> rows) {
  std::vector<std::vector<std::int32_t>> bits(rows.size());
  parallel_blocks(
      static_cast<std::int64_t>(rows.size()), 64, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
          const auto row = static_cast<std::size_t>(rows[i]);
          const auto parsed = molecules::parse_smiles(
              dataset.molecules().smiles[row],
              {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int32_t>::max()});
          if (const auto* molecule = std::get_if<molecules::Molecule>(&parsed))
            bits[i] = molecules::morgan_bits(*molecule, kRadius, kBits);
        }
      });
  std::vector<std::int32_t> offset = {0}, source;
  for (const auto& row : bits) {
    source.insert(source.end(), row.begin(), row.end());
    source.push_back(static_cast<std::int32_t>(kIntercept));
    offset.push_back(static_cast<std::int32_t>(source.size()));
  }
  return make_row_map(kColumns, offset, source);
}

/// Training part as the engine wants it.
struct LinearProblem {
  RowMap rows;
  Tensor targets, mask;  ///< f64 [N, tasks]; scaled; 0 where missing
  double label_count = 0;
  std::int64_t tasks = 1;
  bool classification = true;
};

LinearProblem make_problem(const data::Dataset& dataset, const Tasks& tasks,
                           const nn::TargetScaler& scaler, std::span<const std::int64_t> rows) {
  LinearProblem problem;
  problem.rows = fingerprint_rows(dataset, rows);
  problem.tasks = static_cast<std::int64_t>(tasks.count());
  problem.classification = tasks.is_classification();
  const std::vector<float> labels = labels_of(dataset, tasks, rows);
  std::vector<double> targets(labels.size()), mask(labels.size());
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (std::isnan(labels[i])) continue;
    const std::size_t t = i % tasks.count();
    targets[i] = (labels[i] - scaler.mean[t]) / scaler.deviation[t];
    mask[i] = 1;
    ++problem.label_count;
  }
  const Shape shape = {static_cast<std::int64_t>(rows.size()), problem.tasks};
  problem.targets = Tensor::from(std::span<const double>(targets), shape);
  problem.mask = Tensor::from(std::span<const double>(mask), shape);
  return problem;
}

/// Weights [kColumns, tasks], row-major, by L-BFGS on the engine's losses and gradients. The tasks
/// share nothing but the penalty, so solving them together is solving each.
std::vector<double> fit(const LinearProblem& problem, double penalty, std::vector<double> start) {
  const std::size_t penalised = static_cast<std::size_t>(kBits * problem.tasks);
  const auto objective = [&](const std::vector<double>& x, std::vector<double>& gradient) {
    Tensor weights = Tensor::from(std::span<const double>(x), {kColumns, problem.tasks});
    weights.set_requires_grad(true);
    const Tensor outputs = ops::segment_sum(weights, problem.rows);
    const Tensor mean_loss = problem.classification
                                 ? ops::bce_with_logits(outputs, problem.targets, problem.mask)
                                 : ops::mean_squared_error(outputs, problem.targets, problem.mask);
    // Half a squared error per label, so that ridge and logistic penalties mean the same.
    const Tensor loss =
        ops::scale(mean_loss, problem.label_count * (problem.classification ? 1.0 : 0.5));
    const double data_loss = loss.item();
    backward(loss);
    gradient = weights.grad().to_doubles();
    double squares = 0;
    for (std::size_t i = 0; i < penalised; ++i) {
      squares += x[i] * x[i];
      gradient[i] += penalty * x[i];
    }
    return data_loss + 0.5 * penalty * squares;
  };
  return minimise(objective, std::move(start));
}

/// Scores of weights on a part of the split, in original units.
class Part {
 public:
  Part(const data::Dataset& dataset, const Tasks& tasks, const nn::TargetScaler& scaler,
       const std::vector<std::int64_t>& rows)
      : rows_(fingerprint_rows(dataset, rows)), scaler_(scaler), tasks_(tasks.count()) {
    const std::vector<float> labels = labels_of(dataset, tasks, rows);
    labels_.assign(labels.begin(), labels.end());
  }
  TaskScores score(const MetricEntry& metric, const std::vector<double>& weights) const {
    const NoGrad no_grad;
    const Tensor table = Tensor::from(std::span<const double>(weights),
                                      {kColumns, static_cast<std::int64_t>(tasks_)});
    std::vector<double> outputs = ops::segment_sum(table, rows_).to_doubles();
    for (std::size_t i = 0; i < outputs.size(); ++i)
      outputs[i] = scaler_.mean[i % tasks_] + scaler_.deviation[i % tasks_] * outputs[i];
    return score_tasks(metric, labels_, outputs, tasks_);
  }

 private:
  RowMap rows_;
  const nn::TargetScaler& scaler_;
  std::size_t tasks_;
  std::vector<double> labels_;
};

}  // namespace

BaselineResult fingerprint_baseline(const data::Dataset& dataset, const Tasks& tasks,
                                    const data::Split& split, const MetricEntry& metric) {
  if (dataset.molecules().smiles.empty())
    fail(ErrorKind::mismatch, "baseline", dataset.path(),
         " holds no molecules, so there are no fingerprints");
  const nn::TargetScaler scaler = target_scaler(dataset, tasks, split.train);
  const LinearProblem problem = make_problem(dataset, tasks, scaler, split.train);
  const Part valid(dataset, tasks, scaler, split.valid), test(dataset, tasks, scaler, split.test);

  BaselineResult result;
  result.name = tasks.is_classification() ? "ecfp4-logistic" : "ecfp4-ridge";
  result.valid.mean = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> weights(static_cast<std::size_t>(kColumns * problem.tasks));
  std::vector<double> chosen;
  for (const double penalty :
       kBaselinePenalties) {  // from strong to weak, each starting where the last ended
    weights = fit(problem, penalty, std::move(weights));
    const TaskScores scores = valid.score(metric, weights);
    const bool fallback = penalty == kMiddlePenalty && std::isnan(result.valid.mean);
    if (!is_better(metric, scores.mean, result.valid.mean) && !fallback) continue;
    result.penalty = penalty;
    result.valid = scores;
    chosen = weights;
  }
  result.valid_defined = !std::isnan(result.valid.mean);
  result.test = test.score(metric, chosen);
  return result;
}

}  // namespace aufbau::train
