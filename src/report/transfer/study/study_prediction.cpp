#include "report/transfer/study/study_prediction.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "report/transfer/study/rank_correlation.h"
#include "report/transfer/study/study_correlation.h"
#include "train/statistics.h"

namespace aufbau::report {
namespace {

/// y = a + b x by least squares.
struct Line {
  double slope = 0, mean_x = 0, mean_y = 0, spread_x = 0, residual = 0;  ///< sums of squares

  Line(const std::vector<double>& x, const std::vector<double>& y)
      : mean_x(train::mean(x)), mean_y(train::mean(y)) {
    double xy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      spread_x += (x[i] - mean_x) * (x[i] - mean_x);
      xy += (x[i] - mean_x) * (y[i] - mean_y);
    }
    slope = xy / spread_x;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double gap = y[i] - at(x[i]);
      residual += gap * gap;
    }
  }
  double at(double x) const { return mean_y + slope * (x - mean_x); }
};

/// Whether more of the score is closer; nothing when the study has no value of it.
std::optional<bool> higher_is_closer(const TransferStudy& study, const std::string& score,
                                     const std::string& features) {
  for (const StudyPair& pair : study.pairs)
    for (const TransferScoreValue& value : pair.scores)
      if (value.score == score && value.features == features) return value.higher_is_closer;
  return std::nullopt;
}

/// Where `value` would stand among `values`: the average rank of those it equals, else half-way
/// between its neighbours, at most those of the ends.
double rank_among(const std::vector<double>& values, double value) {
  double below = 0, equal = 0;
  for (const double other : values) {
    below += other < value;
    equal += other == value;
  }
  return std::clamp(below + (equal + 1) / 2, 1.0, static_cast<double>(values.size()));
}

}  // namespace

GainPrediction predict_gain(const TransferStudy& study, const std::string& score,
                            const std::string& features, double value) {
  GainPrediction prediction;
  const std::optional<bool> rises = higher_is_closer(study, score, features);
  if (!rises || !std::isfinite(value)) return prediction;
  std::vector<double> closenesses, gains;
  for (const StudyPair& pair : study.pairs) {
    const double x = closeness(pair, score, features);
    if (!std::isfinite(x) || !std::isfinite(pair.gain.gain)) continue;
    closenesses.push_back(x);
    gains.push_back(pair.gain.gain);
  }
  prediction.pairs = static_cast<int>(gains.size());
  if (gains.size() < 3) return prediction;
  const Line line(average_ranks(closenesses), gains);
  if (!(line.spread_x > 0)) return prediction;
  const double n = static_cast<double>(gains.size()), freedom = n - 2;
  const double rank = rank_among(closenesses, *rises ? value : -value), from = rank - line.mean_x;
  const double half = train::student_t_bound(study.measure.level, freedom) *
                      std::sqrt(line.residual / freedom) *
                      std::sqrt(1 + 1 / n + from * from / line.spread_x);
  prediction.gain = line.at(rank);
  prediction.low = prediction.gain - half;
  prediction.high = prediction.gain + half;
  return prediction;
}

const StudyScore* most_trusted_score(const TransferStudy& study,
                                     const std::vector<TransferScoreValue>& available) {
  const StudyScore* best = nullptr;
  for (const StudyScore& score : study.scores) {
    const bool is_available =
        std::any_of(available.begin(), available.end(), [&](const TransferScoreValue& value) {
          return !value.source.empty() && value.score == score.score &&
                 value.features == score.features && std::isfinite(value.value);
        });
    if (!is_available || !(score.spearman_low > 0)) continue;
    if (best == nullptr || score.spearman_low > best->spearman_low) best = &score;
  }
  return best;
}

Calibration calibrate(const TransferStudy& study, const std::vector<TransferScoreValue>& values) {
  Calibration calibration;
  calibration.best = most_trusted_score(study, values);
  if (calibration.best == nullptr) return calibration;
  const std::string &score = calibration.best->score, &features = calibration.best->features;
  const double sign = higher_is_closer(study, score, features).value_or(true) ? 1 : -1;
  for (const TransferScoreValue& value : values) {
    const bool is_known = std::any_of(
        calibration.sources.begin(), calibration.sources.end(),
        [&](const Calibration::Source& source) { return source.source == value.source; });
    const double close = closeness(values, value.source, score, features);
    if (value.source.empty() || is_known || std::isnan(close)) continue;
    calibration.sources.push_back(
        {value.source, sign * close, predict_gain(study, score, features, sign * close)});
  }
  std::stable_sort(calibration.sources.begin(), calibration.sources.end(),
                   [&](const Calibration::Source& a, const Calibration::Source& b) {
                     return sign * a.value > sign * b.value;
                   });
  return calibration;
}

}  // namespace aufbau::report
