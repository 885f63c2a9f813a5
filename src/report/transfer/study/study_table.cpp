#include "report/transfer/study/study_table.h"

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "report/words.h"
#include "train/statistics.h"

namespace aufbau::report {
namespace {

std::string row(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += ' ' + cell + " |";
  return out + '\n';
}

std::string head(const std::vector<std::string>& cells) {
  std::string out = row(cells) + '|';
  for (std::size_t i = 0; i < cells.size(); ++i) out += "---|";
  return out + '\n';
}

std::string percent(double level) { return format_number(static_cast<float>(100 * level)) + " %"; }

std::string interval(double low, double high) {
  return std::isnan(low) ? "-" : formatted(low, "%+.2f") + " to " + formatted(high, "%+.2f");
}

std::string title_of(const StudyScore& score) {
  return score.score + (score.features.empty() ? "" : " (" + score.features + ")");
}

// ---- what was found

std::string on_scores(const TransferStudy& study) {
  std::vector<const StudyScore*> right, wrong;
  std::size_t defined = 0;
  for (const StudyScore& score : study.scores) {
    defined += !std::isnan(score.spearman_low);
    if (score.spearman_low > 0) right.push_back(&score);
    if (score.spearman_high < 0) wrong.push_back(&score);
  }
  const std::string level = percent(study.measure.level);
  if (defined == 0) return "Nothing can be said of the scores: no correlation has an interval.";
  std::string text;
  if (right.empty()) {
    text = "None of the " + counted(static_cast<std::int64_t>(defined), "score") +
           " is known to order the pairs by what they gain: no " + level +
           " interval of Spearman's correlation lies above 0.";
  } else {
    const StudyScore& best = **std::max_element(
        right.begin(), right.end(),
        [](const StudyScore* a, const StudyScore* b) { return a->spearman_low < b->spearman_low; });
    text = "Of " + counted(static_cast<std::int64_t>(defined), "score") + ", " +
           std::to_string(right.size()) + (right.size() == 1 ? " orders" : " order") +
           " the pairs by what they gain, with a " + level +
           " interval of Spearman's correlation above 0; surest is " + title_of(best) + " with " +
           formatted(best.spearman, "%+.2f") + " (" +
           interval(best.spearman_low, best.spearman_high) + ").";
  }
  if (!wrong.empty())
    text += " " + std::to_string(wrong.size()) + (wrong.size() == 1 ? " orders" : " order") +
            " them the wrong way round.";
  return text;
}

std::string on_gains(const TransferStudy& study) {
  std::size_t tested = 0, better = 0, worse = 0;
  std::vector<double> gains;
  for (const StudyPair& pair : study.pairs) {
    if (!std::isfinite(pair.gain.gain)) continue;
    gains.push_back(pair.gain.gain);
    tested += !std::isnan(pair.gain.p_value);
    if (pair.gain.p_value < 0.05) ++(pair.gain.gain > 0 ? better : worse);
  }
  if (gains.empty()) return "No gain could be measured.";
  std::string text =
      "Pretraining gained " + formatted(train::mean(gains), "%+.1f") + " points on average over " +
      counted(static_cast<std::int64_t>(gains.size()), "pair") + " of source and target";
  if (tested > 0)
    text += "; it helped in " + std::to_string(better) + " and hurt in " + std::to_string(worse) +
            " of them (p < 0.05, paired over seeds, not corrected)";
  return text + '.';
}

// ---- tables

const StudyPair& pair_of(const TransferStudy& study, std::size_t source, std::size_t target) {
  return study.pairs[target * study.sources.size() + source];
}

std::string gain_text(const ProbeGain& gain) {
  if (!gain.missing.empty()) return "-";
  const std::string text = formatted(gain.gain, "%+.1f");
  return std::isnan(gain.standard_error) ? text
                                         : text + " +- " + formatted(gain.standard_error, "%.1f");
}

/// What `text` says of the first pair of each target that was measured.
template <class Text>
std::vector<std::string> of_targets(const TransferStudy& study, const std::string& title,
                                    const Text& text) {
  std::vector<std::string> cells = {title};
  for (std::size_t t = 0; t < study.targets.size(); ++t) {
    std::string& cell = cells.emplace_back("-");
    for (std::size_t s = 0; s < study.sources.size() && cell == "-"; ++s)
      if (const ProbeGain& gain = pair_of(study, s, t).gain; gain.missing.empty())
        cell = text(gain);
  }
  return cells;
}

std::string gain_table(const TransferStudy& study) {
  std::vector<std::string> names = {"source"};
  names.insert(names.end(), study.targets.begin(), study.targets.end());
  std::string out = head(names);
  for (std::size_t s = 0; s < study.sources.size(); ++s) {
    std::vector<std::string> cells = {study.sources[s]};
    for (std::size_t t = 0; t < study.targets.size(); ++t)
      cells.push_back(gain_text(pair_of(study, s, t).gain));
    out += row(cells);
  }
  out += row(of_targets(study, "*test score from scratch*", [](const ProbeGain& gain) {
    return formatted(train::mean(gain.scratch), "%.3f ") + gain.metric;
  }));
  out += row(of_targets(study, "*fingerprints*", [](const ProbeGain& gain) {
    return formatted(gain.fingerprints, "%.3f");
  }));
  return out;
}

std::string score_table(const TransferStudy& study) {
  const std::string level = percent(study.measure.level);
  std::string out = head({"score", "features", "pairs", "Spearman", level, "Kendall", level,
                          "Spearman within targets"});
  for (const StudyScore& score : study.scores)
    out +=
        row({score.score, score.features.empty() ? "-" : score.features,
             std::to_string(score.pairs), formatted(score.spearman, "%+.2f"),
             interval(score.spearman_low, score.spearman_high), formatted(score.kendall, "%+.2f"),
             interval(score.kendall_low, score.kendall_high), formatted(score.within, "%+.2f")});
  return out;
}

}  // namespace

std::string study_markdown(const TransferStudy& study) {
  std::string out = "# Which transfer scores can be believed\n\n";
  out += on_scores(study) + '\n' + on_gains(study) + "\n\n";
  out += "## Gains of pretraining\n\nPoints, mean +- standard error over " +
         counted(static_cast<std::int64_t>(study.probe.seeds.size()), "seed") +
         ": 100 ROC-AUC, or percent of the RMSE of training from scratch; above 0 pretraining is "
         "better.\n\n" +
         gain_table(study) + '\n';
  out +=
      "## Scores beside gains\n\nRank correlation of what a score said beforehand with the gain, "
      "so that +1 is an order without a mistake.\n\n" +
      score_table(study) + '\n';
  out += "## Notes\n\n";
  for (const std::string& note : study.notes) out += "- " + note + '\n';
  out += "\nMade with aufbau " + study.version + " by\n\n    " + study.command + '\n';
  return out;
}

}  // namespace aufbau::report
