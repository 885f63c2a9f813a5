#include "report/transfer/study/probe.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "small_sets.h"
#include "testing/errors.h"
#include "train/statistics.h"
#include "train/summary_file.h"

namespace aufbau::report {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::says;

TEST(FillGain, IsPairedAndInPoints) {
  ProbeGain gain;
  gain.pretrained = {0.75, 0.8, 0.7};
  gain.scratch = {0.7, 0.7, 0.72};
  fill_gain(gain, /*higher_is_better=*/true);
  EXPECT_NEAR(gain.gain, 13.0 / 3, 1e-12);  // 5, 10 and -2
  EXPECT_NEAR(gain.standard_error, std::sqrt((5 * 5 + 10 * 10 + 2 * 2 - 169.0 / 3) / 2 / 3), 1e-12);
  EXPECT_NEAR(gain.p_value, train::paired_t_test(std::vector<double>{5, 10, -2}), 1e-12);

  gain.pretrained = {1.5, 2};
  gain.scratch = {2, 1};
  fill_gain(gain, /*higher_is_better=*/false);  // 25 percent less error, and 100 percent more
  EXPECT_NEAR(gain.gain, -37.5, 1e-12);
  EXPECT_NEAR(gain.standard_error, 62.5, 1e-12);
}

TEST(FillGain, LeavesOutWhatHasNoScoreAndSaysLessOfOneSeed) {
  ProbeGain gain;
  gain.pretrained = {0.75, kUnknown, 0.5};
  gain.scratch = {0.7, 0.7, kUnknown};
  fill_gain(gain, true);
  EXPECT_NEAR(gain.gain, 5, 1e-12);
  EXPECT_TRUE(std::isnan(gain.standard_error));
  EXPECT_TRUE(std::isnan(gain.p_value));
  gain.pretrained = {0, 1};
  gain.scratch = {0, 0};
  fill_gain(gain, false);  // a share of no error is not defined
  EXPECT_TRUE(std::isnan(gain.gain));
}

class Probe : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    sets_ = new SmallSets;
    inputs_ = new ProbeInputs(inputs("whole"));
    plan_ = new ProbePlan(plan_probe(*inputs_, {}));
    gains_ = new std::vector<std::vector<ProbeGain>>(run_probe(*plan_, {}));
  }
  static void TearDownTestSuite() {
    delete gains_;
    delete plan_;
    delete inputs_;
    delete sets_;
  }
  static ProbeInputs inputs(const std::string& output) {
    return {{sets_->path("first.h5"), sets_->path("second.h5"), sets_->path("polar.h5"),
             sets_->path("networks.h5")},
            {sets_->path("polar.h5"), sets_->path("area.h5")},
            small_probe(),
            sets_->path(output)};
  }
  static train::FinetuneRecord record(const std::string& run) {
    return train::read_finetune_record(sets_->path("whole/finetune/" + run + "/summary.json"));
  }
  static SmallSets* sets_;
  static ProbeInputs* inputs_;
  static ProbePlan* plan_;
  static std::vector<std::vector<ProbeGain>>* gains_;
};
SmallSets* Probe::sets_ = nullptr;
ProbeInputs* Probe::inputs_ = nullptr;
ProbePlan* Probe::plan_ = nullptr;
std::vector<std::vector<ProbeGain>>* Probe::gains_ = nullptr;

TEST_F(Probe, GainsAreThoseOfTheRuns) {
  ASSERT_EQ(gains_->size(), 2u);
  for (std::size_t t = 0; t < 2; ++t) {
    const std::string target = t == 0 ? "polar" : "area";
    const auto scratch = record(target + "/scratch");
    for (std::size_t s = 0; s < 2; ++s) {
      const ProbeGain& gain = (*gains_)[t][s];
      EXPECT_EQ(gain.source, s == 0 ? "first" : "second");
      EXPECT_EQ(gain.metric, t == 0 ? "roc-auc" : "rmse");
      EXPECT_EQ(gain.missing, "");
      const auto pretrained = record(target + "/" + gain.source);
      EXPECT_EQ(pretrained.split_hash, scratch.split_hash);
      ASSERT_EQ(gain.pretrained.size(), 2u);
      std::vector<double> points;
      for (std::size_t i = 0; i < 2; ++i) {
        const double p = pretrained.summary.seeds[i].test_at_best,
                     z = scratch.summary.seeds[i].test_at_best;
        EXPECT_EQ(gain.pretrained[i], p);
        EXPECT_EQ(gain.scratch[i], z);
        points.push_back(100 * (t == 0 ? p - z : (z - p) / z));
      }
      EXPECT_NEAR(gain.gain, (points[0] + points[1]) / 2, 1e-12);
      EXPECT_NEAR(gain.standard_error, std::abs(points[0] - points[1]) / 2, 1e-12);
      EXPECT_GT(gain.fingerprints, 0);
    }
  }
}

TEST_F(Probe, PretrainingHasSeenNoMoleculeOfATarget) {
  // first.h5 holds 20 molecules of polar.h5 among its 60, of which 30 are taken.
  const ProbeSource& first = plan_->sources[0];
  EXPECT_EQ(first.taken, 30);
  EXPECT_EQ(first.left_out, 10);
  EXPECT_EQ(fs::path(first.data).filename(), "first.h5");
  EXPECT_EQ(first.data, sets_->path("whole/data/first.h5"));
  const auto pretraining =
      train::read_pretrain_record(sets_->path("whole/pretrain/first/summary.json"));
  EXPECT_EQ(pretraining.summary.dropped, 10);
  EXPECT_EQ(plan_->sources[1].data, sets_->path("second.h5"));  // has no more than are asked for
  EXPECT_EQ(plan_->sources[1].left_out, 0);
}

TEST_F(Probe, SaysWhyAPairHasNoGain) {
  for (std::size_t t = 0; t < 2; ++t) {
    EXPECT_EQ((*gains_)[t][2].missing,
              "nothing of the source is left without the molecules of the targets");
    EXPECT_NE((*gains_)[t][3].missing.find("the source has other features than the target"),
              std::string::npos)
        << (*gains_)[t][3].missing;
    EXPECT_TRUE(std::isnan((*gains_)[t][2].gain));
  }
  EXPECT_FALSE(fs::exists(sets_->path("whole/pretrain/polar")));
  EXPECT_FALSE(fs::exists(sets_->path("whole/finetune/polar/networks")));
  EXPECT_EQ(plan_->runs.size(), 2u + 2u * 3u);
}

TEST_F(Probe, NetworksAreComparedAmongThemselves) {
  ProbeInputs networks = inputs("networks");
  networks.sources = {sets_->path("networks.h5"), sets_->path("more-networks.h5")};
  networks.targets = {sets_->path("networks.h5"), sets_->path("polar.h5")};
  networks.options.split = "random";
  networks.options.objective = "edge-prediction";
  const auto gains = measure_gains(networks, {});
  EXPECT_EQ(gains[0][0].missing, "the source is the target");
  EXPECT_EQ(gains[0][1].missing, "");
  EXPECT_FALSE(std::isnan(gains[0][1].gain));
  EXPECT_TRUE(std::isnan(gains[0][1].fingerprints));
  EXPECT_NE(gains[1][0].missing, "");
}

TEST_F(Probe, TargetsWithoutLabelsAreMissing) {
  ProbeInputs inputs = Probe::inputs("unlabelled");
  inputs.targets = {sets_->path("second.h5")};
  const auto gains = measure_gains(inputs, {});
  for (const ProbeGain& gain : gains[0]) EXPECT_EQ(gain.missing, "the target has no labels");
  inputs = Probe::inputs("supervised");
  inputs.options.objective = "supervised";
  const ProbePlan plan = plan_probe(inputs, {});
  EXPECT_EQ(plan.missing[0][0], "the source has no labels for the objective supervised");
  EXPECT_TRUE(plan.runs.empty());
}

TEST_F(Probe, RefusesWhatCouldBeMistaken) {
  const auto refused = [](const std::function<void(ProbeInputs&)>& change) {
    ProbeInputs inputs = Probe::inputs("refused");
    change(inputs);
    const Error error = error_of([&] { plan_probe(inputs, {}); });
    EXPECT_FALSE(fs::exists(sets_->path("refused/pretrain"))) << error.what();
    return error;
  };
  const Error twice = refused([](ProbeInputs& i) { i.sources.push_back("elsewhere/first.h5"); });
  EXPECT_EQ(twice.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(twice, "two of the sources are called first")) << twice.what();
  const Error scratch = refused([](ProbeInputs& i) { i.sources = {"scratch.h5"}; });
  EXPECT_TRUE(says(scratch, "rename the file")) << scratch.what();
  EXPECT_TRUE(says(refused([](ProbeInputs& i) { i.targets.clear(); }), "no target was given"));
  EXPECT_EQ(refused([](ProbeInputs& i) { i.targets = {"none.h5"}; }).kind(), ErrorKind::input);
  EXPECT_TRUE(says(refused([](ProbeInputs& i) { i.options.objective = "masking"; }), "masking"));
  EXPECT_TRUE(says(refused([](ProbeInputs& i) { i.options.seeds = {1, 1}; }), "twice"));
  EXPECT_TRUE(says(refused([](ProbeInputs& i) { i.options.molecules = -1; }), "molecules is -1"));
  EXPECT_TRUE(says(refused([](ProbeInputs& i) { i.options.split = "scaffolds"; }), "scaffold"));
}

}  // namespace
}  // namespace aufbau::report
