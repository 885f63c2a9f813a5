#include "report/transfer/study/study_prediction.h"

#include <gtest/gtest.h>

#include <cmath>

#include "report/transfer/study/study_correlation.h"

namespace aufbau::report {
namespace {

TransferScoreValue score(const std::string& name, const std::string& source, double value,
                         bool higher_is_closer = true, const std::string& label = "") {
  TransferScoreValue row;
  row.score = name;
  row.source = source;
  row.target = label;
  row.value = value;
  row.higher_is_closer = higher_is_closer;
  return row;
}

/// One target and four sources: `near` is far where `close` is near.
TransferStudy four_pairs() {
  TransferStudy study;
  study.sources = {"a", "b", "c", "d"};
  study.targets = {"t"};
  const std::vector<double> gains = {1, 2, 2, 5}, close = {0.1, 0.4, 0.5, 0.9};
  for (std::size_t s = 0; s < 4; ++s) {
    StudyPair pair;
    pair.source = study.sources[s];
    pair.target = "t";
    pair.gain.gain = gains[s];
    pair.scores = {score("close", pair.source, close[s]),
                   score("far", pair.source, -10 * close[s], false)};
    study.pairs.push_back(pair);
  }
  return study;
}

// By hand: slope 6 / 5 through (2.5, 2.5), residual sum of squares 1.8; t(0.975, 2) = 4.3026527.
TEST(PredictGain, IsTheRegressionOnRanks) {
  const TransferStudy study = four_pairs();
  const GainPrediction middle = predict_gain(study, "close", "", 0.45);  // rank 2.5
  EXPECT_EQ(middle.pairs, 4);
  EXPECT_NEAR(middle.gain, 2.5, 1e-12);
  const double t = 4.302652729911275;
  EXPECT_NEAR(middle.high - middle.gain, t * std::sqrt(0.9) * std::sqrt(1.25), 1e-9);
  EXPECT_NEAR(middle.gain - middle.low, middle.high - middle.gain, 1e-12);
  const GainPrediction last = predict_gain(study, "close", "", 0.9);
  EXPECT_NEAR(last.gain, 2.5 + 1.2 * 1.5, 1e-12);
  EXPECT_NEAR(last.high - last.gain, t * std::sqrt(0.9) * std::sqrt(1.25 + 2.25 / 5), 1e-9);
}

TEST(PredictGain, TakesEitherDirectionAndStaysWithinTheStudy) {
  const TransferStudy study = four_pairs();
  for (const double value : {0.05, 0.1, 0.3, 0.5, 2.0}) {
    const GainPrediction close = predict_gain(study, "close", "", value),
                         far = predict_gain(study, "far", "", -10 * value);
    EXPECT_NEAR(close.gain, far.gain, 1e-12);
    EXPECT_NEAR(close.low, far.low, 1e-12);
  }
  EXPECT_EQ(predict_gain(study, "close", "", 100).gain, predict_gain(study, "close", "", 0.9).gain);
  EXPECT_EQ(predict_gain(study, "close", "", -9).gain, predict_gain(study, "close", "", 0.1).gain);
}

TEST(PredictGain, SaysWhenTheStudyCannot) {
  TransferStudy study = four_pairs();
  const auto unknown = [&](const std::string& name, const std::string& features, double value) {
    const GainPrediction prediction = predict_gain(study, name, features, value);
    return std::isnan(prediction.gain) && std::isnan(prediction.low) && std::isnan(prediction.high);
  };
  EXPECT_TRUE(unknown("closer", "", 1));
  EXPECT_TRUE(unknown("close", "fingerprints", 1));
  EXPECT_TRUE(unknown("close", "", NAN));
  study.pairs[0].gain.gain = NAN;
  EXPECT_FALSE(unknown("close", "", 1));
  study.pairs[1].scores[0].value = NAN;
  EXPECT_TRUE(unknown("close", "", 1));
  study = four_pairs();
  for (StudyPair& pair : study.pairs) pair.scores[0].value = 1;
  EXPECT_TRUE(unknown("close", "", 1));
}

TEST(Closeness, IsTheMeanOverLabelsWithMoreAsCloser) {
  StudyPair pair;
  pair.source = "a";
  pair.scores = {score("s", "a", 1, true, "x"), score("s", "a", 4, true, "y"),
                 score("s", "a", NAN, true, "z"), score("s", "b", 100), score("u", "a", 3, false)};
  EXPECT_EQ(closeness(pair, "s", ""), 2.5);
  EXPECT_EQ(closeness(pair, "u", ""), -3);
  EXPECT_TRUE(std::isnan(closeness(pair, "s", "embeddings")));
}

TEST(MostTrustedScore, IsTheOneWhoseIntervalBeginsHighest) {
  TransferStudy study = four_pairs();
  StudyScore good{"close", "", 4, 0.6, 0.1, 0.9}, better{"far", "", 4, 0.5, 0.2, 0.7},
      poor{"poor", "", 4, 0.9, -0.1, 1}, unknown{"unknown", "", 4, 0.9};
  study.scores = {good, better, poor, unknown};
  const std::vector<TransferScoreValue> all = {score("close", "s", 1), score("far", "s", 1, false),
                                               score("poor", "s", 1), score("unknown", "s", 1)};
  EXPECT_EQ(most_trusted_score(study, all), &study.scores[1]);
  EXPECT_EQ(most_trusted_score(study, {all[0], all[2]}), &study.scores[0]);
  EXPECT_EQ(most_trusted_score(study, {all[2], all[3]}), nullptr);
  EXPECT_EQ(most_trusted_score(study, {}), nullptr);
  EXPECT_EQ(most_trusted_score(study, {score("far", "s", NAN, false)}), nullptr);
  EXPECT_EQ(most_trusted_score(study, {score("far", "", 1, false)}), nullptr);
}

TEST(Calibrate, OrdersTheSourcesOfANewTarget) {
  TransferStudy study = four_pairs();
  study.scores = {{"far", "", 4, 0.8, 0.3, 1}};
  const Calibration calibration =
      calibrate(study, {score("close", "x", 1), score("far", "x", -3, false),
                        score("far", "y", -9, false), score("far", "z", NAN, false)});
  ASSERT_EQ(calibration.best, &study.scores[0]);
  ASSERT_EQ(calibration.sources.size(), 2u);
  EXPECT_EQ(calibration.sources[0].source, "y");
  EXPECT_EQ(calibration.sources[0].value, -9);
  EXPECT_EQ(calibration.sources[0].prediction.gain, predict_gain(study, "far", "", -9).gain);
  EXPECT_GT(calibration.sources[0].prediction.gain, calibration.sources[1].prediction.gain);
  study.scores[0].spearman_low = -0.1;
  EXPECT_EQ(calibrate(study, {score("far", "x", 1, false)}).best, nullptr);
}

TEST(StudyCorrelations, ArePositiveWhereTheScoreWasRight) {
  TransferStudy study;
  study.sources = {"a", "b", "c"};
  study.targets = {"t", "u", "v"};
  study.measure.bootstrap = 200;
  for (std::size_t t = 0; t < 3; ++t)
    for (std::size_t s = 0; s < 3; ++s) {
      StudyPair pair;
      pair.source = study.sources[s];
      pair.target = study.targets[t];
      const double gain = static_cast<double>(10 * s + t);
      pair.gain.gain = t == 2 && s == 2 ? kUnknown : gain;
      pair.scores = {score("close", pair.source, gain), score("far", pair.source, gain, false),
                     score("level", pair.source, static_cast<double>(t)),
                     score("none", pair.source, NAN)};
      study.pairs.push_back(pair);
    }
  const std::vector<StudyScore> scores = study_correlations(study);
  ASSERT_EQ(scores.size(), 4u);
  EXPECT_EQ(scores[0].pairs, 8);
  EXPECT_EQ(scores[0].spearman, 1);
  EXPECT_EQ(scores[0].spearman_low, 1);
  EXPECT_EQ(scores[0].within, 1);  // the third target has two sources with a gain
  EXPECT_EQ(scores[1].spearman, -1);
  EXPECT_EQ(scores[1].kendall, -1);
  EXPECT_EQ(scores[1].within, -1);
  EXPECT_TRUE(std::isnan(scores[2].within));  // the same for all sources of a target
  EXPECT_FALSE(std::isnan(scores[2].spearman));
  EXPECT_EQ(scores[3].pairs, 0);
  EXPECT_TRUE(std::isnan(scores[3].spearman));
  EXPECT_TRUE(std::isnan(scores[3].kendall_low));
}

}  // namespace
}  // namespace aufbau::report
