#include "report/transfer/study/study.h"

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "core/error.h"
#include "core/parallel.h"
#include "report/transfer/study/probe.h"
#include "report/transfer/study/study_correlation.h"
#include "report/transfer/study/study_file.h"
#include "report/transfer/study/study_notes.h"
#include "report/transfer/study/study_table.h"
#include "report/transfer/transfer.h"
#include "store/atomic_file.h"
#include "store/dataset_file.h"
#include "train/run_directory.h"
#include "train/settings.h"

namespace aufbau::report {
namespace {

constexpr const char* kWhere = "transfer study";

void check(const TransferStudyOptions& options) {
  probe_names("source", options.sources);
  probe_names("target", options.targets);
  for (const std::string& source : options.sources) store::read_dataset_summary(source);
  for (const std::string& target : options.targets)
    if (store::read_dataset_summary(target).target_names.empty())
      fail(ErrorKind::usage, kWhere, target,
           " has no labels, so no gain on it can be measured; leave it out, or ingest it with its "
           "target columns");
  check_measure(kWhere, options.measure);
}

/// The values of one source, in their order.
std::vector<TransferScoreValue> of_source(const std::vector<TransferScoreValue>& values,
                                          const std::string& source) {
  std::vector<TransferScoreValue> found;
  std::copy_if(values.begin(), values.end(), std::back_inserter(found),
               [&](const TransferScoreValue& value) { return value.source == source; });
  return found;
}

}  // namespace

TransferStudy transfer_study(const TransferStudyOptions& options, const StudyScoring& scoring) {
  const ThreadScope threads(options.threads);
  const auto start = std::chrono::steady_clock::now();
  check(options);
  const ProbeInputs inputs{options.sources, options.targets, options.probe, options.output};
  const train::RunDirectory directory(options.output, options.resume, options.force);
  const std::string json = directory.file("study.json"), markdown = directory.file("study.md");
  if (options.force) {
    clear_probe(inputs);
    std::filesystem::remove(json);
    std::filesystem::remove(markdown);
  }
  store::write_file(directory.file("config.toml"),
                    train::to_toml("transfer study", train::settings_of(options)));
  const auto log = [&](const std::string& line) { directory.log(line, options.log); };
  const ProbePlan plan = plan_probe(inputs, options);

  log("scores of " + std::to_string(options.sources.size()) + " sources and " +
      std::to_string(options.targets.size()) + " targets");
  const std::vector<std::vector<TransferScoreValue>> values = scoring(options);
  const std::vector<std::vector<ProbeGain>> gains =
      run_probe(plan, options,
                {.log = log,
                 .record = [&](const std::string& line) { directory.log(line, {}); },
                 .pretrained = {}});

  TransferStudy study;
  study.version = AUFBAU_VERSION;
  study.command = study_command(options);
  study.seed = options.seed;
  study.measure = options.measure;
  study.measure.model = std::filesystem::path(options.measure.model).filename().string();
  study.probe = options.probe;
  for (const ProbeSource& source : plan.sources) study.sources.push_back(source.name);
  for (std::size_t t = 0; t < plan.targets.size(); ++t) {
    study.targets.push_back(plan.targets[t].name);
    for (std::size_t s = 0; s < plan.sources.size(); ++s)
      study.pairs.push_back({plan.sources[s].name, plan.targets[t].name, gains[t][s],
                             of_source(values[t], plan.sources[s].name)});
  }
  study.scores = study_correlations(study);
  study.notes = study_notes(study, plan);
  study.hash = study_hash(study);
  store::write_file(json, study_json(study) + "\n");
  store::write_file(markdown, study_markdown(study));
  log("study: " + markdown);
  study.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return study;
}

}  // namespace aufbau::report
