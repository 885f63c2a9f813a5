#include "report/transfer/verdict.h"

#include <algorithm>
#include <cmath>

#include "report/transfer/study/study_prediction.h"
#include "report/words.h"

namespace aufbau::report {

namespace {

std::string percent(double share) {
  const double value = 100 * std::max(0.0, share);
  return formatted(value, value < 10 ? "%.1f" : "%.0f") + " %";
}

std::string points(double gain) { return formatted(gain, "%+.2f"); }

/// The fit whose distance is smallest: unbiased where that is known.
const TransferFit* nearest_fit(const TransferTarget& target) {
  const auto distance = [](const TransferFit& fit) {
    return std::isnan(fit.unbiased) ? fit.plug_in : fit.unbiased;
  };
  const TransferFit* best = nullptr;
  for (const TransferFit& fit : target.fits)
    if (!best || distance(fit) < distance(*best)) best = &fit;
  return best;
}

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 < names.size() ? ", " : " and then ") + names[i];
  return text;
}

/// What the graphons say: how much of the target's structure the nearest mixture leaves out.
struct StructureEvidence {
  std::string answer = "uncertain", words = "no basis could be fitted to these sources";
};

StructureEvidence structure_of(const TransferTarget& target) {
  const TransferFit* fit = nearest_fit(target);
  if (!fit) return {};
  const bool has_interval = !std::isnan(fit->low);
  const double share = unexplained(target, has_interval ? fit->unbiased : fit->plug_in);
  const double low = has_interval ? unexplained(target, fit->low) : share;
  const double high = has_interval ? unexplained(target, fit->high) : share;
  StructureEvidence evidence;
  evidence.answer = high <= kNear ? "promising" : low > kFar ? "unpromising" : "uncertain";
  evidence.words = "the nearest mixture of the sources leaves " + percent(share) +
                   " of the target's structure unexplained";
  if (has_interval) evidence.words += " (" + percent(low) + " to " + percent(high) + ")";
  evidence.words += ", basis " + fit->basis;
  return evidence;
}

/// Sources by how near a score says they are.
std::vector<std::string> ordered_by(const TransferTarget& target, const std::string& score) {
  std::vector<const TransferScoreValue*> values;
  for (const TransferScoreValue& value : target.scores)
    if (value.score == score && !value.source.empty() && !std::isnan(value.value))
      values.push_back(&value);
  std::stable_sort(values.begin(), values.end(), [](const auto* a, const auto* b) {
    return a->higher_is_closer ? a->value > b->value : a->value < b->value;
  });
  std::vector<std::string> sources;
  for (const TransferScoreValue* value : values) sources.push_back(value->source);
  return sources;
}

constexpr const char* kScoreWithoutStudy = "graphon-mixture";

std::string capital(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

TransferVerdict by_structure(const TransferTarget& target, const StructureEvidence& structure) {
  TransferVerdict verdict;
  verdict.answer = structure.answer;
  verdict.score = kScoreWithoutStudy;
  verdict.sources = ordered_by(target, kScoreWithoutStudy);
  verdict.lines = {
      capital(structure.answer) + " by structure alone: " + structure.words + ".",
      verdict.sources.empty()
          ? std::string("No source could be placed before another.")
          : "Nearest by the score " + verdict.score + ": " + list_of(verdict.sources) + ".",
      "No study was given, so nothing says whether near sources gain here: `aufbau transfer study` "
      "measures that, and --study FILE lets a report rest on it."};
  return verdict;
}

TransferVerdict by_study(const TransferTarget& target, const TransferStudy& study,
                         const StructureEvidence& structure) {
  const Calibration calibration = calibrate(study, target.scores);
  if (!calibration.best || calibration.sources.empty()) {
    TransferVerdict verdict = by_structure(target, structure);
    verdict.answer = "uncertain";
    verdict.lines[0] = "Uncertain: in the study (" + study.hash.substr(0, 12) +
                       ") no score ordered the gains of " + std::to_string(study.pairs.size()) +
                       " pairs better than chance could, so none is believed here.";
    verdict.lines[2] = capital(structure.words) + ". --probe measures the gain itself.";
    return verdict;
  }
  TransferVerdict verdict;
  verdict.score = calibration.best->score;
  for (const Calibration::Source& source : calibration.sources)
    verdict.sources.push_back(source.source);
  const GainPrediction& best = calibration.sources.front().prediction;
  verdict.gain = best.gain;
  verdict.gain_low = best.low;
  verdict.gain_high = best.high;
  verdict.answer = best.low > 0 ? "promising" : best.high <= 0 ? "unpromising" : "uncertain";
  verdict.lines = {capital(verdict.answer) + ": pretraining on " + verdict.sources.front() +
                       " is expected to gain " + points(best.gain) + " points (" +
                       points(best.low) + " to " + points(best.high) + " for one new pair).",
                   "Nearest by the score " + verdict.score + ": " + list_of(verdict.sources) +
                       "; " + structure.words + ".",
                   "Rests on the study " + study.hash.substr(0, 12) + ": over its " +
                       std::to_string(calibration.best->pairs) +
                       " pairs this score has a rank correlation of " +
                       formatted(calibration.best->spearman, "%.2f") + " (" +
                       formatted(calibration.best->spearman_low, "%.2f") + " to " +
                       formatted(calibration.best->spearman_high, "%.2f") + ") with the gain."};
  return verdict;
}

/// Gains that were measured come before any prediction.
void put_measured(const TransferTarget& target, TransferVerdict& verdict) {
  std::vector<const ProbeGain*> gains;
  for (const ProbeGain& gain : target.probe)
    if (!std::isnan(gain.gain)) gains.push_back(&gain);
  if (gains.empty()) return;
  std::stable_sort(gains.begin(), gains.end(),
                   [](const auto* a, const auto* b) { return a->gain > b->gain; });
  const ProbeGain& best = *gains.front();
  const bool is_sure = !std::isnan(best.p_value) && best.p_value < 0.05;
  verdict.answer = !is_sure ? "uncertain" : best.gain > 0 ? "promising" : "unpromising";
  std::string measured = capital(verdict.answer) + ": a short pretraining on " + best.source +
                         " gained " + points(best.gain) + " points";
  if (!std::isnan(best.standard_error))
    measured += " (standard error " + formatted(best.standard_error, "%.2f") +
                ", p = " + formatted(best.p_value, "%.3f") + " over " +
                std::to_string(best.scratch.size()) + " seeds)";
  verdict.lines[0] = measured + ".";
  verdict.sources.clear();
  for (const ProbeGain* gain : gains) verdict.sources.push_back(gain->source);
  verdict.lines[1] = "In the order of their gains: " + list_of(verdict.sources) + ".";
  verdict.score = "probe";
}

}  // namespace

double unexplained(const TransferTarget& target, double distance) {
  double squares = 0;
  for (const double cell : target.graphon.values) squares += cell * cell;
  if (squares == 0) return kUnknown;
  return distance / (squares / static_cast<double>(target.graphon.values.size()));
}

TransferVerdict verdict_of(const TransferTarget& target, const TransferStudy* study) {
  const StructureEvidence structure = structure_of(target);
  TransferVerdict verdict =
      study ? by_study(target, *study, structure) : by_structure(target, structure);
  put_measured(target, verdict);
  return verdict;
}

}  // namespace aufbau::report
