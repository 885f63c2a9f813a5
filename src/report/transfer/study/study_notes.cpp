#include "report/transfer/study/study_notes.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "core/text.h"

namespace aufbau::report {
namespace {

std::string count_of(std::int64_t count, const std::string& noun) {
  return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

template <class Value, class Text>
std::string joined(const std::vector<Value>& values, const Text& text) {
  std::string out;
  for (const Value& value : values) out += (out.empty() ? "" : ",") + text(value);
  return out;
}
std::string joined(const std::vector<std::string>& texts) {
  return joined(texts, [](const std::string& text) { return text; });
}
std::string joined(const std::vector<std::uint64_t>& seeds) {
  return joined(seeds, [](std::uint64_t seed) { return std::to_string(seed); });
}
std::string file_names(const std::vector<std::string>& paths) {
  return joined(paths, [](const std::string& path) {
    return std::filesystem::path(path).filename().string();
  });
}

std::string on_source(const ProbeSource& source) {
  std::string text = source.name + ": ";
  if (source.taken == 0) return text + count_of(source.graphs, "graph") + ", none learned from";
  text += std::to_string(source.taken - source.left_out) + " of " +
          count_of(source.graphs, "graph") + " learned from";
  if (source.taken < source.graphs)
    text += ", out of " + std::to_string(source.taken) + " evenly apart in the file";
  if (source.left_out > 0)
    text += ", without " + std::to_string(source.left_out) + " that are molecules of the targets";
  return text;
}

std::string on_budget(const ProbeOptions& probe) {
  return probe.encoder.encoder + " of " + count_of(probe.encoder.layers, "layer") + ", width " +
         std::to_string(probe.encoder.width) + "; " + probe.objective + " for " +
         count_of(probe.pretrain_epochs, "epoch") + ", fine-tuning for " +
         count_of(probe.finetune_epochs, "epoch") + ", the test score at the best validation epoch";
}

void note_missing(const TransferStudy& study, std::vector<std::string>& notes) {
  for (const StudyPair& pair : study.pairs)
    if (!pair.gain.missing.empty())
      notes.push_back("no gain from " + pair.source + " on " + pair.target + ": " +
                      pair.gain.missing);
  for (const StudyScore& score : study.scores) {
    std::size_t values = 0;
    std::string reason;
    for (const StudyPair& pair : study.pairs)
      for (const TransferScoreValue& value : pair.scores) {
        if (value.score != score.score || value.features != score.features) continue;
        values += std::isfinite(value.value);
        if (reason.empty()) reason = value.missing;
      }
    if (values == 0 && !reason.empty())
      notes.push_back(score.score + " has no value for any pair: " + reason);
  }
}

void note_limits(const TransferStudy& study, std::vector<std::string>& notes) {
  std::set<std::string> metrics;
  std::size_t measured = 0;
  for (const StudyPair& pair : study.pairs) {
    if (!pair.gain.missing.empty()) continue;
    ++measured;
    metrics.insert(pair.gain.metric);
  }
  notes.push_back(
      "this is a small model trained for a short time: with more molecules, width and epochs gains "
      "and their order may be others");
  if (study.probe.seeds.size() == 1) {
    notes.push_back("one seed: gains have neither a standard error nor a p-value");
  } else {
    notes.push_back("the " + std::to_string(study.probe.seeds.size()) +
                    " seeds of a target share one split, and a source has one pretrained model: "
                    "errors and p-values speak of seeds of fine-tuning, not of other molecules or "
                    "another pretraining; not corrected for " +
                    count_of(static_cast<std::int64_t>(measured), "test"));
  }
  if (metrics.size() > 1)
    notes.push_back(
        "points of ROC-AUC and percents of RMSE are ranked together; correlations within targets "
        "do not mix them");
  if (study.sources.size() < 3)
    notes.push_back("fewer than three sources: there is no correlation within targets");
  notes.push_back("intervals: pigeonhole bootstrap (Owen 2007) over sources and targets, " +
                  std::to_string(study.measure.bootstrap) +
                  " replicates; they hold for sources and targets like these " +
                  std::to_string(study.sources.size()) + " and " +
                  std::to_string(study.targets.size()) + ", and with so few are rough");
  const auto intervals =
      std::count_if(study.scores.begin(), study.scores.end(),
                    [](const StudyScore& score) { return !std::isnan(score.spearman_low); });
  if (intervals > 1)
    notes.push_back(
        std::to_string(intervals) + " scores were looked at: of scores that know nothing, about " +
        format_number(static_cast<float>(50 * (1 - study.measure.level))) +
        " in a hundred have an interval above 0 by chance, and the best of many looks better than "
        "it is");
  notes.push_back(
      "scores look at up to " + std::to_string(study.measure.sample) +
      " graphs of each whole source; a score that has a value for each label counts with their "
      "mean, and a score of the target alone, which cannot order sources, is left out");
}

}  // namespace

std::string study_command(const TransferStudyOptions& options) {
  const ProbeOptions& probe = options.probe;
  const MeasureOptions &measure = options.measure, standard;
  std::string text = "aufbau transfer study --sources " + file_names(options.sources) +
                     " --targets " + file_names(options.targets);
  const auto add = [&](const char* name, const std::string& value) {
    text += std::string(" --") + name + ' ' + value;
  };
  const auto add_changed = [&](const char* name, double value, double otherwise) {
    if (value != otherwise) add(name, format_number(value));
  };
  add("objective", probe.objective);
  add("encoder", probe.encoder.encoder);
  add("layers", std::to_string(probe.encoder.layers));
  add("width", std::to_string(probe.encoder.width));
  add("jk", probe.encoder.jk);
  add("dropout", format_number(probe.encoder.dropout));
  add("molecules", std::to_string(probe.molecules));
  add("pretrain-epochs", std::to_string(probe.pretrain_epochs));
  add("finetune-epochs", std::to_string(probe.finetune_epochs));
  add("pretrain-batch-size", std::to_string(probe.pretrain_batch_size));
  add("finetune-batch-size", std::to_string(probe.finetune_batch_size));
  add("split", probe.split);
  add("pooling", probe.pooling);
  add("seeds", joined(probe.seeds));
  if (measure.bases != standard.bases) add("bases", joined(measure.bases));
  add_changed("parts", measure.parts, standard.parts);
  if (measure.estimator != standard.estimator) add("estimator", measure.estimator);
  add_changed("resolution", measure.resolution, standard.resolution);
  add_changed("node-types", measure.node_types, standard.node_types);
  if (measure.compat) text += " --compat";
  add_changed("bootstrap", measure.bootstrap, standard.bootstrap);
  add_changed("permutations", measure.permutations, standard.permutations);
  add_changed("level", measure.level, standard.level);
  if (!measure.scores.empty()) add("scores", joined(measure.scores));
  if (!measure.model.empty()) add("model", file_names({measure.model}));
  if (measure.sample != standard.sample) add("sample", std::to_string(measure.sample));
  if (options.seed != 0) add("seed", std::to_string(options.seed));
  return text;
}

std::vector<std::string> study_notes(const TransferStudy& study, const ProbePlan& plan) {
  std::vector<std::string> notes = {on_budget(study.probe)};
  for (const ProbeSource& source : plan.sources) notes.push_back(on_source(source));
  note_missing(study, notes);
  note_limits(study, notes);
  return notes;
}

}  // namespace aufbau::report
