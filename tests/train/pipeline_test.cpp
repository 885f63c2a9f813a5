#include <gtest/gtest.h>

#include <filesystem>

#include "data/ingest.h"
#include "nn/model_file.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "train/runs.h"
#include "train/small_data.h"

namespace aufbau::train {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::read_text;
using testing::says;
using testing::TemporaryFolder;

const std::vector<std::string> kPretrainFiles = {"model.safetensors", "metrics.csv",
                                                 "metrics.jsonl"};
const std::vector<std::string> kSeedFiles = {"model.safetensors", "metrics.csv", "metrics.jsonl",
                                             "test_predictions.csv", "splits.json"};

class PipelineOfStages : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    testing::write_small_dataset(data(), {.ring = true, .nitrogen = true});
    testing::write_small_dataset(unlabelled(), {});
    train::pipeline(options("whole"));
  }
  static void TearDownTestSuite() { delete folder_; }

  static std::string path(const std::string& name) { return folder_->path(name); }
  static std::string data() { return path("data.h5"); }
  static std::string unlabelled() { return path("unlabelled.h5"); }

  /// Masking without dropout, then labels with dropout, then fine-tuning of two seeds.
  static PipelineOptions options(const std::string& name) {
    PipelineOptions options;
    options.output = path(name);
    PretrainOptions stage = testing::small_pretraining(unlabelled(), "");
    stage.encoder.dropout = 0;
    options.stages.push_back(stage);
    stage.data = data();
    stage.objective = "supervised";
    stage.encoder.dropout = 0.2;
    stage.dropout_given = true;
    stage.epochs = 2;
    options.stages.push_back(stage);
    options.finetune = testing::small_finetuning(data(), "");
    options.finetune->seeds = {0, 1};
    return options;
  }

  static void expect_same_files(const std::string& first, const std::string& second,
                                const std::vector<std::string>& names) {
    for (const std::string& name : names)
      EXPECT_EQ(read_text(first + "/" + name), read_text(second + "/" + name))
          << first << ' ' << name;
  }
  static void expect_same_pipeline(const std::string& first, const std::string& second) {
    for (const char* stage : {"/stage-1", "/stage-2"})
      expect_same_files(path(first) + stage, path(second) + stage, kPretrainFiles);
    for (const char* seed : {"/finetune/seed-0", "/finetune/seed-1"})
      expect_same_files(path(first) + seed, path(second) + seed, kSeedFiles);
  }
  static TemporaryFolder* folder_;
};
TemporaryFolder* PipelineOfStages::folder_ = nullptr;

TEST_F(PipelineOfStages, EqualsTheSeparateRunsByteForByte) {
  const PipelineOptions options = PipelineOfStages::options("separate");
  PretrainOptions first = options.stages[0], second = options.stages[1];
  FinetuneOptions last = *options.finetune;
  first.output = path("separate/stage-1");
  second.output = path("separate/stage-2");
  last.output = path("separate/finetune");
  second.init = train::pretrain(first).model;
  last.init = train::pretrain(second).model;
  train::finetune(last);
  expect_same_pipeline("whole", "separate");
}

TEST_F(PipelineOfStages, KeepsTheStatisticsOfBatchNormAndTakesTheDropoutGiven) {
  const auto model = [](const char* stage) {
    return nn::read_model(path("whole") + "/" + stage + "/model.safetensors");
  };
  const auto batches = [&](const char* stage) {
    for (const auto& [name, tensor] : model(stage).tensors)
      if (name == "gnn.batch_norms.0.num_batches_tracked") return tensor.values<std::int64_t>()[0];
    return std::int64_t{-1};
  };
  EXPECT_EQ(batches("stage-1"), 9);  // 40 molecules in batches of 16, three epochs
  EXPECT_EQ(batches("stage-2"), 9 + 6);
  EXPECT_EQ(model("stage-1").encoder.dropout, 0);
  EXPECT_EQ(model("stage-2").encoder.dropout, 0.2);
}

TEST_F(PipelineOfStages, GoesOnInTheStageThatWasInterrupted) {
  // 9 steps, 6 steps, then two seeds of 12: stops in each of them and right after the first.
  for (const int calls : {4, 9, 12, 20, 32}) {
    const std::string name = "stopped-" + std::to_string(calls);
    PipelineOptions options = PipelineOfStages::options(name);
    options.should_stop = testing::stop_after(calls);
    EXPECT_EQ(error_of([&] { train::pipeline(options); }).kind(), ErrorKind::interrupted) << calls;
    EXPECT_FALSE(fs::exists(path(name) + "/summary.json"));
    const std::string first = path(name) + "/stage-1/summary.json";
    const std::string before = fs::exists(first) ? read_text(first) : "";
    options.should_stop = nullptr;
    options.resume = true;
    const PipelineSummary summary = train::pipeline(options);
    EXPECT_EQ(summary.stages.size(), 2u);
    EXPECT_EQ(summary.model, path(name) + "/finetune/model.safetensors");
    if (!before.empty()) {
      EXPECT_EQ(read_text(first), before) << "a finished stage was repeated";
    }
    expect_same_pipeline("whole", name);
  }
}

TEST_F(PipelineOfStages, ResumingWithOtherOptionsNamesThem) {
  PipelineOptions options = PipelineOfStages::options("whole");
  options.resume = true;
  options.stages[1].mask_rate = 0.5;
  const Error error = error_of([&] { train::pipeline(options); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(error, "--mask-rate")) << error.what();
}

TEST_F(PipelineOfStages, ForceBeginsAnewAndLeavesOtherFiles) {
  PipelineOptions options = PipelineOfStages::options("again");
  options.finetune.reset();
  train::pipeline(options);
  folder_->write("again/stage-2/notes.txt", "mine");
  EXPECT_EQ(error_of([&] { train::pipeline(options); }).kind(), ErrorKind::usage);
  options.stages.pop_back();
  options.force = true;
  const PipelineSummary summary = train::pipeline(options);
  EXPECT_EQ(summary.model, path("again/stage-1/model.safetensors"));
  EXPECT_FALSE(summary.finetune);
  EXPECT_TRUE(fs::exists(path("again/stage-2/notes.txt")));
  EXPECT_FALSE(fs::exists(path("again/stage-2/model.safetensors")));
}

/// What is wrong with a later stage is said before the first one starts.
TEST_F(PipelineOfStages, LooksAtEverythingBeforeItStarts) {
  const auto refused = [](const std::function<void(PipelineOptions&)>& change) {
    PipelineOptions options = PipelineOfStages::options("refused");
    change(options);
    const Error error = error_of([&] { train::pipeline(options); });
    EXPECT_FALSE(fs::exists(path("refused"))) << error.what();
    return error;
  };
  EXPECT_EQ(refused([](PipelineOptions& o) { o.stages.clear(); }).kind(), ErrorKind::usage);
  EXPECT_EQ(refused([](PipelineOptions& o) { o.stages[1].data = path("none.h5"); }).kind(),
            ErrorKind::input);
  EXPECT_EQ(refused([](PipelineOptions& o) { o.stages[1].data = unlabelled(); }).kind(),
            ErrorKind::nothing_valid);
  EXPECT_EQ(refused([](PipelineOptions& o) { o.finetune->data = unlabelled(); }).kind(),
            ErrorKind::nothing_valid);
  EXPECT_EQ(refused([](PipelineOptions& o) { o.finetune->targets = {"rings"}; }).kind(),
            ErrorKind::usage);
  EXPECT_TRUE(says(refused([](PipelineOptions& o) { o.stages[1].objective = "superviced"; }),
                   "did you mean 'supervised'?"));
  EXPECT_TRUE(says(refused([](PipelineOptions& o) { o.stages[1].init = "model.safetensors"; }),
                   "starts from the stage before it"));
  EXPECT_TRUE(
      says(refused([](PipelineOptions& o) { o.stages[0].output = "elsewhere"; }), "of its own"));
}

TEST_F(PipelineOfStages, EveryStageHasTheFeaturesOfTheFirst) {
  IngestOptions ingest;
  ingest.inputs = {folder_->write("rich.csv", "smiles,ring\nCCO,0\nC1CC1,1\nCCN,0\n")};
  ingest.output = path("rich.h5");
  ingest.target_columns = {"ring"};
  ingest.schema = "ogb9";
  data::ingest(ingest);
  PipelineOptions options = PipelineOfStages::options("mixed");
  options.stages[1].data = ingest.output;
  const Error error = error_of([&] { train::pipeline(options); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch) << error.what();
  EXPECT_TRUE(says(error, "rich.h5")) << error.what();
  EXPECT_FALSE(fs::exists(path("mixed")));
}

}  // namespace
}  // namespace aufbau::train
