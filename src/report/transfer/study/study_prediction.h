#pragma once
#include <string>
#include <vector>

#include "aufbau.h"

namespace aufbau::report {

/// An expected gain in points and the interval for one new pair; NaN where the study cannot say.
struct GainPrediction {
  double gain = kUnknown, low = kUnknown, high = kUnknown;
  int pairs = 0;  ///< of the study that it rests on
};

/// Linear regression, over the study's pairs, of the gain y on the average rank r of what the score
/// says among what it says there (1 = farthest of the study's pairs, n = closest), at the rank that
/// `value` has among these; beyond them the prediction stays what it is at their ends. The interval
/// is the prediction interval of one observation at study.measure.level:
///   a + b r +- t s sqrt(1 + 1/n + (r - mean r)^2 / sum (r_i - mean r)^2),
/// s^2 = residual sum of squares / (n - 2), t the two-sided bound of Student's distribution with
/// n - 2 degrees of freedom. It takes pairs as independent and residuals as normal, and does not
/// know how many scores there were to choose from: an interval that is rather too short.
///
/// `value`: as measured, whatever its sign means; the mean over labels where there are several.
/// Needs three pairs of which not all ranks are the same.
GainPrediction predict_gain(const TransferStudy& study, const std::string& score,
                            const std::string& features, double value);

/// Of the scores that have a value for some source in `available`, the one whose Spearman interval
/// in the study has the highest lower end; the first of equal ones. Null when none of these ends is
/// above 0: then no score is known to order sources. Points into `study`.
const StudyScore* most_trusted_score(const TransferStudy& study,
                                     const std::vector<TransferScoreValue>& available);

/// What a study says of the sources of a target it has not seen.
struct Calibration {
  struct Source {
    std::string source;
    double value = kUnknown;  ///< of `best`, as measured
    GainPrediction prediction;
  };
  const StudyScore* best = nullptr;  ///< most_trusted_score; null: `sources` is empty
  std::vector<Source> sources;       ///< that have a value of it, closest first
};
/// Scores must be measured with the options of study.measure.
Calibration calibrate(const TransferStudy& study, const std::vector<TransferScoreValue>& values);

}  // namespace aufbau::report
