#pragma once
#include <span>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "nn/model_file.h"

namespace aufbau::train {

/// What is learned from a dataset: some of its target columns, each of one type.
struct Tasks {
  std::vector<std::int64_t> columns;      ///< of the dataset
  std::vector<std::string> names, types;  ///< type: classification or regression

  std::size_t count() const { return columns.size(); }
  bool is_classification() const { return !types.empty() && types.front() == "classification"; }
};

/// `targets`: names of columns, empty for all. `task_type`: classification, regression, or auto
/// (labels all 0 or 1: classification; else regression). Errors: usage for an unknown column, for
/// -1/1 labels, and for columns of both types unless `may_mix`; nothing_valid when the dataset has
/// no targets or no labels.
Tasks choose_tasks(const std::string& where, const data::Dataset& dataset,
                   const std::vector<std::string>& targets, const std::string& task_type,
                   bool may_mix);

/// Mean and population deviation of the labels of `rows`; 0 and 1 for classification, for a task
/// without labels and in place of a deviation of 0.
nn::TargetScaler target_scaler(const data::Dataset& dataset, const Tasks& tasks,
                               std::span<const std::int64_t> rows);

/// Labels of `rows`, row-major [rows, tasks]; NaN = missing.
std::vector<float> labels_of(const data::Dataset& dataset, const Tasks& tasks,
                             std::span<const std::int64_t> rows);

}  // namespace aufbau::train
