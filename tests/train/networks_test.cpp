// Networks through every job: ego networks with centres and real-valued edges.
#include <gtest/gtest.h>

#include "aufbau.h"
#include "core/random.h"
#include "data/networks/ingest_graphs.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "train/runs.h"

namespace aufbau::train {
namespace {

using testing::error_of;
using testing::says;

class Networks : public ::testing::Test {
 protected:
  /// Nodes of two groups; edges inside a group are strong, and a label says which group it is.
  void SetUp() override {
    Random random({.purpose = Purpose::test, .item = 5});
    std::string edges, labels;
    constexpr int kNodes = 60;
    for (int v = 0; v < kNodes; ++v) {
      labels += std::to_string(v) + ' ' + std::to_string(v % 2) + '\n';
      for (int k = 0; k < 3; ++k) {
        const auto u = static_cast<int>(random.below(kNodes));
        const double weight = (u % 2 == v % 2) ? 1 + v % 2 : 0.1;
        edges += std::to_string(v) + ' ' + std::to_string(u) + ' ' + std::to_string(weight) + '\n';
      }
    }
    IngestGraphsOptions options;
    options.inputs = {folder_.write("edges.txt", edges)};
    options.labels = folder_.write("labels.txt", labels);
    options.edge_values = {"weight"};
    options.ego_hops = 1;
    options.output = dataset_ = folder_.path("egos.h5");
    ASSERT_EQ(data::ingest_graphs(options).stored, kNodes);
  }
  static EncoderOptions encoder() { return {.encoder = "bio-gin", .layers = 2, .width = 12}; }
  testing::TemporaryFolder folder_;
  std::string dataset_;
};

TEST_F(Networks, GoFromPretrainingToPredictions) {
  PretrainOptions pretraining;
  pretraining.data = dataset_;
  pretraining.output = folder_.path("pretrained");
  pretraining.objective = "graphcl,infomax";
  pretraining.encoder = encoder();
  pretraining.epochs = 1;
  const std::string pretrained = train::pretrain(pretraining).model;

  FinetuneOptions tuning;
  tuning.data = dataset_;
  tuning.init = pretrained;
  tuning.output = folder_.path("tuned");
  tuning.pooling = "mean-centre";
  tuning.split = "random";
  tuning.epochs = 3;
  const FinetuneSummary tuned = train::finetune(tuning);
  EXPECT_FALSE(tuned.loaded.empty());

  PredictOptions prediction;
  prediction.input = dataset_;
  prediction.model = tuned.model;
  prediction.output = folder_.path("out.csv");
  EXPECT_EQ(train::predict(prediction).answered, 60);
  EXPECT_TRUE(
      testing::read_text(prediction.output).starts_with("row,centre,prob_label,error\n0,0,0."))
      << testing::read_text(prediction.output);

  prediction.input = folder_.write("in.smi", "CCO\n");
  const Error error = error_of([&] { train::predict(prediction); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(error, "reads networks, not molecules")) << error.what();
  EXPECT_TRUE(says(error, "--graphs --node-tags 1 --edge-values weight")) << error.what();
}

TEST_F(Networks, ScaffoldsAreForMolecules) {
  FinetuneOptions tuning;
  tuning.data = dataset_;
  tuning.output = folder_.path("tuned");
  tuning.encoder = encoder();
  const Error error = error_of([&] { train::finetune(tuning); });
  EXPECT_TRUE(says(error, "use --split random")) << error.what();
}

}  // namespace
}  // namespace aufbau::train
