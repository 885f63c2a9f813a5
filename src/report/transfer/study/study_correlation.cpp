#include "report/transfer/study/study_correlation.h"

#include <algorithm>
#include <cmath>

#include "report/transfer/study/rank_correlation.h"
#include "train/statistics.h"

namespace aufbau::report {
namespace {

constexpr std::size_t kLeastSources = 3;

std::size_t place_of(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

/// Pairs with closeness and gain: source, target, x = closeness, y = gain.
std::vector<CrossedPair> crossed_pairs(const TransferStudy& study, const StudyScore& score) {
  std::vector<CrossedPair> pairs;
  for (const StudyPair& pair : study.pairs) {
    const double x = closeness(pair, score.score, score.features), y = pair.gain.gain;
    if (std::isfinite(x) && std::isfinite(y))
      pairs.push_back(
          {place_of(study.sources, pair.source), place_of(study.targets, pair.target), x, y});
  }
  return pairs;
}

template <class Keep>
double spearman_of(const std::vector<CrossedPair>& pairs, std::size_t least, const Keep& keep) {
  std::vector<double> x, y;
  for (const CrossedPair& pair : pairs)
    if (keep(pair)) {
      x.push_back(pair.x);
      y.push_back(pair.y);
    }
  return x.size() < least ? kUnknown : spearman(x, y);
}

double within_targets(const std::vector<CrossedPair>& pairs, std::size_t targets) {
  std::vector<double> values;
  for (std::size_t t = 0; t < targets; ++t) {
    const double value = spearman_of(pairs, kLeastSources,
                                     [&](const CrossedPair& pair) { return pair.column == t; });
    if (!std::isnan(value)) values.push_back(value);
  }
  return train::mean(values);
}

void fill(StudyScore& score, const TransferStudy& study) {
  const std::vector<CrossedPair> pairs = crossed_pairs(study, score);
  score.pairs = static_cast<int>(pairs.size());
  std::vector<double> x, y;
  for (const CrossedPair& pair : pairs) {
    x.push_back(pair.x);
    y.push_back(pair.y);
  }
  const PigeonholeOptions options{study.measure.bootstrap, study.measure.level, study.seed};
  score.spearman = spearman(x, y);
  const CorrelationInterval rho = pigeonhole_interval(pairs, spearman, options);
  score.spearman_low = rho.low;
  score.spearman_high = rho.high;
  score.kendall = kendall(x, y);
  const CorrelationInterval tau = pigeonhole_interval(pairs, kendall, options);
  score.kendall_low = tau.low;
  score.kendall_high = tau.high;
  score.within = within_targets(pairs, study.targets.size());
}

}  // namespace

double closeness(const std::vector<TransferScoreValue>& values, const std::string& source,
                 const std::string& score, const std::string& features) {
  std::vector<double> found;
  for (const TransferScoreValue& value : values)
    if (value.source == source && value.score == score && value.features == features &&
        std::isfinite(value.value))
      found.push_back(value.higher_is_closer ? value.value : -value.value);
  return train::mean(found);
}

double closeness(const StudyPair& pair, const std::string& score, const std::string& features) {
  return closeness(pair.scores, pair.source, score, features);
}

std::vector<StudyScore> study_correlations(const TransferStudy& study) {
  std::vector<StudyScore> scores;
  for (const StudyPair& pair : study.pairs)
    for (const TransferScoreValue& value : pair.scores) {
      const bool is_known = std::any_of(scores.begin(), scores.end(), [&](const StudyScore& score) {
        return score.score == value.score && score.features == value.features;
      });
      if (is_known) continue;
      StudyScore& score = scores.emplace_back();
      score.score = value.score;
      score.features = value.features;
    }
  for (StudyScore& score : scores) fill(score, study);
  return scores;
}

}  // namespace aufbau::report
