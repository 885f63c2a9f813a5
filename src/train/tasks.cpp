#include "train/tasks.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/text.h"

namespace aufbau::train {

namespace {

/// What the labels of one column look like.
struct ColumnLabels {
  bool any = false, zero_or_one = true, plus_or_minus_one = true;
};

ColumnLabels look_at(const data::Dataset& dataset, std::int64_t column) {
  ColumnLabels labels;
  for (std::int64_t row = 0; row < dataset.size(); ++row) {
    const float value = dataset.target(row, column);
    if (std::isnan(value)) continue;
    labels.any = true;
    if (value != 0 && value != 1) labels.zero_or_one = false;
    if (value != -1 && value != 1) labels.plus_or_minus_one = false;
  }
  return labels;
}

std::string quoted(const std::string& name) { return "'" + name + "'"; }

}  // namespace

Tasks choose_tasks(const std::string& where, const data::Dataset& dataset,
                   const std::vector<std::string>& targets, const std::string& task_type,
                   bool may_mix) {
  const std::vector<std::string> types = {"auto", "classification", "regression"};
  if (std::find(types.begin(), types.end(), task_type) == types.end())
    fail_unknown_name(where, "task type", task_type, types);
  const std::vector<std::string>& known = dataset.target_names();
  if (known.empty())
    fail(ErrorKind::nothing_valid, where, dataset.path(),
         " has no targets; ingest it with --target-columns");
  Tasks tasks;
  tasks.names = targets.empty() ? known : targets;
  bool any_label = false;
  for (const std::string& name : tasks.names) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end()) fail_unknown_name(where, "target", name, known);
    const std::int64_t column = found - known.begin();
    if (std::find(tasks.columns.begin(), tasks.columns.end(), column) != tasks.columns.end())
      fail(ErrorKind::usage, where, "target ", quoted(name), " is named twice");
    tasks.columns.push_back(column);
    const ColumnLabels labels = look_at(dataset, column);
    any_label = any_label || labels.any;
    if (task_type == "classification" && !labels.zero_or_one)
      fail(ErrorKind::usage, where, "target ", quoted(name),
           " has labels other than 0 and 1, so it cannot be learned as a classification task",
           labels.plus_or_minus_one ? "; write -1 as 0" : "; use --task-type regression");
    if (task_type == "auto" && !labels.zero_or_one && labels.plus_or_minus_one)
      fail(ErrorKind::usage, where, "target ", quoted(name),
           " has labels -1 and 1; if they are classes write them as 0 and 1 (an empty cell for a "
           "missing label), if they are numbers say --task-type regression");
    const bool classification =
        task_type == "classification" || (task_type == "auto" && labels.zero_or_one);
    tasks.types.push_back(classification ? "classification" : "regression");
  }
  if (!any_label)
    fail(ErrorKind::nothing_valid, where, "no molecule of ", dataset.path(),
         " has a label for the targets asked for");
  const auto other = std::find_if(tasks.types.begin(), tasks.types.end(),
                                  [&](const std::string& type) { return type != tasks.types[0]; });
  if (!may_mix && other != tasks.types.end())
    fail(ErrorKind::usage, where, "target ", quoted(tasks.names[0]), " looks like ", tasks.types[0],
         " and ", quoted(tasks.names[static_cast<std::size_t>(other - tasks.types.begin())]),
         " like ", *other, "; one run learns one type: choose with --targets or set --task-type");
  return tasks;
}

nn::TargetScaler target_scaler(const data::Dataset& dataset, const Tasks& tasks,
                               std::span<const std::int64_t> rows) {
  nn::TargetScaler scaler;
  for (std::size_t t = 0; t < tasks.count(); ++t) {
    std::vector<double> values;
    if (tasks.types[t] == "regression")
      for (const std::int64_t row : rows)
        if (const float value = dataset.target(row, tasks.columns[t]); !std::isnan(value))
          values.push_back(value);
    const double count = static_cast<double>(std::max<std::size_t>(1, values.size()));
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    const double deviation = std::sqrt(squares / count);
    scaler.mean.push_back(mean);
    scaler.deviation.push_back(deviation > 0 ? deviation : 1);
  }
  return scaler;
}

std::vector<float> labels_of(const data::Dataset& dataset, const Tasks& tasks,
                             std::span<const std::int64_t> rows) {
  std::vector<float> labels;
  labels.reserve(rows.size() * tasks.count());
  for (const std::int64_t row : rows)
    for (const std::int64_t column : tasks.columns) labels.push_back(dataset.target(row, column));
  return labels;
}

}  // namespace aufbau::train
