#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "data/split.h"
#include "nn/model_file.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "train/inference.h"
#include "train/runs.h"
#include "train/small_data.h"
#include "train/summary_file.h"

namespace aufbau::train {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::read_text;
using testing::says;
using testing::small_finetuning;
using testing::stop_after;
using testing::TemporaryFolder;

class Finetune : public ::testing::Test {
 protected:
  std::string classes() { return dataset("classes.h5", {.ring = true, .nitrogen = true}); }
  std::string numbers() { return dataset("numbers.h5", {.atoms = true}); }
  std::string dataset(const std::string& name, const testing::SmallTargets& targets) {
    const std::string path = folder_.path(name);
    return fs::exists(path) ? path : testing::write_small_dataset(path, targets);
  }
  std::string pretrained() {
    PretrainOptions options = testing::small_pretraining(classes(), run("pretrained"));
    options.resume = true;
    return train::pretrain(options).model;
  }
  std::string run(const std::string& name) const { return folder_.path(name); }
  void expect_same_seed(const std::string& first, const std::string& second) const {
    for (const char* file : {"model.safetensors", "metrics.csv", "metrics.jsonl",
                             "test_predictions.csv", "splits.json"})
      EXPECT_EQ(read_text(run(first) + "/" + file), read_text(run(second) + "/" + file)) << file;
  }
  TemporaryFolder folder_;
};

TEST_F(Finetune, LeavesOneFolderPerSeedAndTheBestModel) {
  FinetuneOptions options = small_finetuning(classes(), run("run"));
  options.seeds = {3, 1};
  const FinetuneSummary summary = train::finetune(options);
  EXPECT_EQ(summary.metric, "roc-auc");
  ASSERT_EQ(summary.seeds.size(), 2u);
  for (const SeedScores& seed : summary.seeds) {
    const std::string folder = run("run/seed-" + std::to_string(seed.seed));
    EXPECT_EQ(seed.run, folder);
    for (const char* file :
         {"config.toml", "env.json", "data.json", "splits.json", "metrics.csv", "metrics.jsonl",
          "model.safetensors", "test_predictions.csv", "summary.json", "log.txt"})
      EXPECT_TRUE(fs::exists(folder + "/" + file)) << file;
    EXPECT_GE(seed.best_epoch, 1);
    EXPECT_LE(seed.best_epoch, 4);
    EXPECT_GE(seed.best_valid, seed.last_valid);
  }
  const bool first_wins = summary.seeds[0].best_valid >= summary.seeds[1].best_valid;
  EXPECT_EQ(read_text(summary.model),
            read_text(run(first_wins ? "run/seed-3" : "run/seed-1") + "/model.safetensors"));
  EXPECT_DOUBLE_EQ(summary.mean,
                   (summary.seeds[0].test_at_best + summary.seeds[1].test_at_best) / 2);
  EXPECT_EQ(read_text(run("run/seed-3/splits.json")), read_text(run("run/seed-1/splits.json")));
}

TEST_F(Finetune, TheModelOfTheBestEpochMakesTheTestPredictions) {
  FinetuneOptions options = small_finetuning(classes(), run("run"));
  const FinetuneSummary summary = train::finetune(options);
  const Predictor predictor = Predictor::load(summary.model);
  EXPECT_EQ(predictor.task_names(), (std::vector<std::string>{"ring", "nitrogen"}));
  const data::Dataset dataset = data::Dataset::open(classes());
  const data::Split split = data::read_split(run("run/splits.json"), dataset);
  std::vector<graphs::GraphView> graphs;
  std::vector<double> labels;
  for (const std::int64_t row : split.test) {
    graphs.push_back(dataset.graph(row));
    for (const std::int64_t t : {0, 1}) labels.push_back(dataset.target(row, t));
  }
  const std::vector<double> predictions = predictor.predict(graphs);
  EXPECT_EQ(score_tasks(metric_by_name("roc-auc"), std::span<const double>(labels),
                        std::span<const double>(predictions), 2)
                .mean,
            summary.seeds[0].test_at_best);
  const std::string table = read_text(run("run/seed-0/test_predictions.csv"));
  EXPECT_EQ(table.find("row,smiles,label_ring,prob_ring,label_nitrogen,prob_nitrogen\n"), 0u);
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'),
            static_cast<std::ptrdiff_t>(split.test.size()) + 1);
}

TEST_F(Finetune, EveryScoreIsRecordedPerTaskAndMetric) {
  FinetuneOptions options = small_finetuning(classes(), run("run"));
  train::finetune(options);
  const FinetuneRecord record = read_finetune_record(run("run/summary.json"));
  ASSERT_EQ(record.seeds.size(), 1u);
  EXPECT_EQ(record.task_types, (std::vector<std::string>{"classification", "classification"}));
  for (const auto* scores : {&record.seeds[0].valid, &record.seeds[0].test,
                             &record.seeds[0].last_valid, &record.seeds[0].last_test}) {
    EXPECT_EQ(scores->size(), 2u);  // roc-auc and pr-auc
    EXPECT_EQ(scores->at("pr-auc").per_task.size(), 2u);
  }
  const std::string metrics = read_text(run("run/seed-0/metrics.csv"));
  for (const char* part : {"train,loss", "valid,roc-auc", "valid,pr-auc", "test,roc-auc"})
    EXPECT_NE(metrics.find(part), std::string::npos) << part;
}

TEST_F(Finetune, IsTheSameAtOneAndTwoThreads) {
  for (const int threads : {1, 2}) {
    FinetuneOptions options = small_finetuning(classes(), run("threads" + std::to_string(threads)));
    options.threads = threads;
    train::finetune(options);
  }
  expect_same_seed("threads1/seed-0", "threads2/seed-0");
}

TEST_F(Finetune, StoppedAtAnyStepAndResumedItEqualsTheUninterruptedRun) {
  FinetuneOptions whole = small_finetuning(classes(), run("whole"));
  whole.seeds = {0, 1};
  train::finetune(whole);
  // Three steps an epoch, four epochs, two seeds.
  for (const int calls : {1, 3, 4, 12, 13, 20, 24}) {
    SCOPED_TRACE(calls);
    fs::remove_all(run("parts"));
    FinetuneOptions parts = small_finetuning(classes(), run("parts"));
    parts.seeds = {0, 1};
    parts.should_stop = stop_after(calls);
    EXPECT_EQ(error_of([&] { train::finetune(parts); }).kind(), ErrorKind::interrupted);
    parts.should_stop = nullptr;
    parts.resume = true;
    train::finetune(parts);
    for (const char* seed : {"/seed-0", "/seed-1"})
      expect_same_seed(std::string("whole") + seed, std::string("parts") + seed);
    EXPECT_EQ(read_text(run("whole/model.safetensors")), read_text(run("parts/model.safetensors")));
  }
}

TEST_F(Finetune, FinishedSeedsAreNotRepeatedAndMoreCanBeAdded) {
  FinetuneOptions options = small_finetuning(classes(), run("run"));
  options.seeds = {0};
  const FinetuneSummary one = train::finetune(options);
  const auto before = fs::last_write_time(run("run/seed-0/model.safetensors"));
  options.resume = true;
  EXPECT_EQ(train::finetune(options).seconds, one.seconds);  // nothing was done
  options.seeds = {0, 1};
  const FinetuneSummary two = train::finetune(options);
  EXPECT_EQ(two.seeds.size(), 2u);
  EXPECT_EQ(fs::last_write_time(run("run/seed-0/model.safetensors")), before);
  options.batch_size = 16;
  const Error error = error_of([&] { train::finetune(options); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(error, "--batch-size")) << error.what();
}

TEST_F(Finetune, AFrozenEncoderStaysAsItWasBitForBit) {
  FinetuneOptions options = small_finetuning(classes(), run("run"));
  options.init = pretrained();
  options.freeze_encoder = true;
  const FinetuneSummary summary = train::finetune(options);
  const nn::ModelFile before = nn::read_model(options.init), after = nn::read_model(summary.model);
  std::size_t compared = 0;
  for (const store::NamedTensor& tensor : before.tensors)
    for (const store::NamedTensor& other : after.tensors)
      if (tensor.name == other.name) {
        EXPECT_EQ(tensor.tensor.to_doubles(), other.tensor.to_doubles()) << tensor.name;
        ++compared;
      }
  EXPECT_EQ(compared, before.tensors.size());
  EXPECT_EQ(after.tensors.size(), before.tensors.size() + 2);
}

TEST_F(Finetune, FineTuningChangesTheEncoderAndSaysWhatWasLoaded) {
  FinetuneOptions options = small_finetuning(classes(), run("run"));
  options.init = pretrained();
  const FinetuneSummary first = train::finetune(options);
  const nn::ModelFile before = nn::read_model(options.init), after = nn::read_model(first.model);
  EXPECT_NE(before.tensors.back().tensor.to_doubles(), after.tensors.back().tensor.to_doubles());
  EXPECT_FALSE(first.loaded.empty());
  EXPECT_TRUE(first.skipped.empty());
  EXPECT_EQ(first.fresh,
            (std::vector<std::string>{"graph_pred_linear.weight", "graph_pred_linear.bias"}));
  // A fine-tuned model as the start: its head is left there.
  options.init = first.model;
  options.output = run("again");
  const FinetuneSummary again = train::finetune(options);
  EXPECT_EQ(std::set<std::string>(again.skipped.begin(), again.skipped.end()),
            (std::set<std::string>{"graph_pred_linear.weight", "graph_pred_linear.bias"}));
}

TEST_F(Finetune, TheModelsDropoutIsKeptOnlyWhenAskedFor) {
  FinetuneOptions options = small_finetuning(classes(), run("run"));
  options.init = pretrained();
  options.encoder.dropout = 0.4;
  options.epochs = 1;
  EXPECT_EQ(nn::read_model(train::finetune(options).model).encoder.dropout, 0.4);
  options.output = run("kept");
  options.dropout_given = false;
  EXPECT_EQ(nn::read_model(train::finetune(options).model).encoder.dropout, 0.2);
}

TEST_F(Finetune, RegressionPredictsInTheUnitsOfTheTargets) {
  FinetuneOptions options = small_finetuning(numbers(), run("run"));
  options.encoder.dropout = 0;
  options.epochs = 60;
  const FinetuneSummary summary = train::finetune(options);
  EXPECT_EQ(summary.metric, "rmse");
  // Labels are 120 to 210: without the scaler the error would be above 100, without learning
  // about 20.
  EXPECT_LT(summary.seeds[0].best_valid, 15);
  const nn::ModelFile model = nn::read_model(summary.model);
  EXPECT_GT(model.head.scaler.mean.at(0), 120);
  EXPECT_GT(model.head.scaler.deviation.at(0), 1);
  const Predictor predictor(model);
  const data::Dataset dataset = data::Dataset::open(numbers());
  const std::vector<graphs::GraphView> graphs = {dataset.graph(0), dataset.graph(15)};
  const std::vector<double> predictions = predictor.predict(graphs);
  EXPECT_LT(predictions[0], predictions[1]);  // ethanol has fewer atoms than naphthalene
  EXPECT_GT(predictions[0], 100);
}

TEST_F(Finetune, PatienceEndsARunThatGetsNoBetter) {
  FinetuneOptions options = small_finetuning(classes(), run("run"));
  options.epochs = 200;
  options.patience = 3;
  const FinetuneSummary summary = train::finetune(options);
  const SeedRecord record = read_seed_record(run("run/seed-0/summary.json"));
  EXPECT_EQ(record.last_epoch, summary.seeds[0].best_epoch + 3);
  EXPECT_LT(record.last_epoch, 200);
}

TEST_F(Finetune, APartWithoutAScorableTaskIsNotDefinedAndSaidSo) {
  const data::Dataset dataset = data::Dataset::open(classes());
  data::Split split;
  split.method = "file";
  split.data_hash = dataset.hash();
  split.valid = {0, 1};  // neither has a ring
  split.test = {3};      // its ring label is missing
  for (std::int64_t row = 0; row < dataset.size(); ++row)
    if (row != 0 && row != 1 && row != 3) split.train.push_back(row);
  data::write_split(run("split.json"), split);
  FinetuneOptions options = small_finetuning(classes(), run("run"));
  options.splits_file = run("split.json");
  options.targets = {"ring"};
  std::string said;
  options.log = [&](const std::string& line) { said += line + "\n"; };
  const FinetuneSummary summary = train::finetune(options);
  EXPECT_TRUE(std::isnan(summary.seeds[0].best_valid));
  EXPECT_TRUE(std::isnan(summary.mean));
  EXPECT_EQ(summary.seeds[0].best_epoch, 4);
  EXPECT_NE(said.find("not defined"), std::string::npos) << said;
  EXPECT_NE(said.find("last epoch is used"), std::string::npos) << said;
  options.resume = true;
  EXPECT_TRUE(std::isnan(train::finetune(options).mean));
}

TEST_F(Finetune, RefusesWhatCannotBeLearned) {
  const auto error_with = [&](const std::string& data, auto change) {
    FinetuneOptions options = small_finetuning(data, run("bad"));
    change(options);
    const Error error = error_of([&] { train::finetune(options); });
    EXPECT_FALSE(fs::exists(run("bad"))) << error.what();
    return error;
  };
  const auto nothing = [](FinetuneOptions&) {};
  const Error sign = error_with(dataset("sign.h5", {.sign = true}), nothing);
  EXPECT_EQ(sign.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(sign, "-1")) << sign.what();
  const Error mixed = error_with(dataset("mixed.h5", {.ring = true, .atoms = true}), nothing);
  EXPECT_EQ(mixed.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(mixed, "--targets")) << mixed.what();
  EXPECT_EQ(error_with(dataset("none.h5", {}), nothing).kind(), ErrorKind::nothing_valid);
  const Error target = error_with(classes(), [](auto& o) { o.targets = {"rings"}; });
  EXPECT_TRUE(says(target, "'ring'")) << target.what();
  for (const Error& error : {error_with(classes(), [](auto& o) { o.metric = "rmse"; }),
                             error_with(classes(), [](auto& o) { o.task_type = "ordinal"; }),
                             error_with(numbers(), [](auto& o) { o.task_type = "classification"; }),
                             error_with(classes(), [](auto& o) { o.seeds = {}; }),
                             error_with(classes(),
                                        [](auto& o) {
                                          o.seeds = {1, 1};
                                        }),
                             error_with(classes(), [](auto& o) { o.split = "scafold"; }),
                             error_with(classes(), [](auto& o) { o.split_sizes = {1}; }),
                             error_with(classes(), [](auto& o) { o.epochs = 0; }),
                             error_with(classes(), [](auto& o) { o.patience = -1; }),
                             error_with(classes(), [](auto& o) { o.head_lr_scale = -1; }),
                             error_with(classes(), [](auto& o) { o.pooling = "median"; })})
    EXPECT_EQ(error.kind(), ErrorKind::usage) << error.what();
}

}  // namespace
}  // namespace aufbau::train
