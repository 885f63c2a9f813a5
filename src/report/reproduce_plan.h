#pragma once
#include <string>
#include <vector>

#include "report/planned_run.h"
#include "report/reproduce_protocol.h"

namespace aufbau::report {

/// Where everything of a table lies.
struct TableFolder {
  std::string path;

  std::string file(const std::string& name) const;
  std::string dataset(const BenchmarkSet& set) const;
  std::string splits(const BenchmarkSet& set) const;
  std::string pretraining(const std::string& strategy) const;
  std::string finetuning(const BenchmarkSet& set, const Strategy& strategy) const;
};

/// What the runs of a table follow from.
struct TableInputs {
  TableFolder folder;  ///< the datasets of `sets` and `guarded` are there, and their splits where
                       ///< there are labels
  Budget budget;
  std::vector<const BenchmarkSet*> sets;
  std::vector<const Strategy*> strategies;
  std::vector<const BenchmarkSet*> guarded;  ///< with their splits: kept out of the labels
  std::vector<std::uint64_t> seeds;          ///< of fine-tuning
  std::uint64_t seed = 0;                    ///< of pretraining
  std::string source, labels;                ///< datasets that are learned from; empty: none
};

/// Pretraining first, each once however many strategies begin with it; then set by set every
/// strategy. Supervised pretraining leaves out what is in the validation and test parts of the
/// guarded sets, as the paper does.
std::vector<PlannedRun> plan_runs(const TableInputs& inputs);

/// What a run hours away would refuse is refused now, before the first. Models that are not there
/// yet are taken to have what a model from scratch would have.
void check_runs(const std::vector<PlannedRun>& runs);

}  // namespace aufbau::report
