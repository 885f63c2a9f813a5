#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "aufbau.h"
#include "report/planned_run.h"

namespace aufbau::report {

/// What is probed, and where its runs go: OUTPUT/data/SOURCE.h5 where a part of a source is taken,
/// OUTPUT/pretrain/SOURCE, OUTPUT/finetune/TARGET/{scratch,SOURCE}.
struct ProbeInputs {
  std::vector<std::string> sources, targets;  ///< datasets
  ProbeOptions options;
  std::string output;
};

/// Names of datasets as reports have them: file names without the ending. Error{usage} when two are
/// the same, or one is "scratch", which names the runs without pretraining.
std::vector<std::string> probe_names(const std::string& what,
                                     const std::vector<std::string>& datasets);

/// A dataset as its file says.
struct ProbeSet {
  std::string name, path;
  std::int64_t graphs = 0;
  bool molecules = false;
};
struct ProbeSource : ProbeSet {
  std::string data;           ///< the dataset that is learned from
  std::int64_t taken = 0;     ///< graphs in it
  std::int64_t left_out = 0;  ///< of these, because they are molecules of a target
};

/// The runs of a probe, and what cannot be run.
struct ProbePlan {
  std::string output;
  std::vector<ProbeSource> sources;
  std::vector<ProbeSet> targets;
  std::vector<std::vector<std::string>> missing;  ///< [target][source]: why there is no run; empty:
                                                  ///< there is one
  std::vector<PlannedRun> runs;

  std::string finetuning(const ProbeSet& target, const std::string& source) const;
};

/// Takes the parts of the sources, and looks at everything that the runs will look at, so that they
/// do not end for a reason that was there before the first. One pretraining per source, without any
/// molecule of any target (same largest fragment without stereo), so that no comparison profits
/// from having seen one; it serves all targets. Networks have no such identity: of them nothing is
/// left out, but what is a source and a target at once is no pair.
///
/// Error{usage}: no source or no target, names as above, options out of range; else the errors of
/// pretrain and finetune. Other features, a target without labels, and a source of which nothing is
/// left are no errors: `missing` says so.
ProbePlan plan_probe(const ProbeInputs& inputs, const RunOptions& run);

/// Removes the runs and parts that these inputs name, finished or not, and nothing else.
void clear_probe(const ProbeInputs& inputs);

}  // namespace aufbau::report
