#include "data/dataset.h"
#include "report/transfer/dataset_name.h"
#include "report/transfer/scored_dataset.h"
#include "report/transfer/study/study.h"

namespace aufbau::report {
namespace {

/// Sources are read and described once, targets one at a time.
std::vector<std::vector<TransferScoreValue>> measured_scores(const TransferStudyOptions& options) {
  std::vector<data::Dataset> datasets;
  for (const std::string& path : options.sources) datasets.push_back(data::Dataset::open(path));
  std::vector<ScoredDataset> sources;
  for (const data::Dataset& dataset : datasets)
    sources.emplace_back(dataset, options.measure, options);
  std::vector<std::vector<TransferScoreValue>> values;
  for (const std::string& path : options.targets) {
    const data::Dataset dataset = data::Dataset::open(path);
    if (options.log) options.log("scores of " + name_of(dataset));
    const ScoredDataset target(dataset, options.measure, options);
    values.push_back(measure_scores(sources, target, options.measure, options));
  }
  return values;
}

}  // namespace

TransferStudy transfer_study(const TransferStudyOptions& options) {
  return transfer_study(options, measured_scores);
}

}  // namespace aufbau::report
