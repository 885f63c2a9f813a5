#include <gtest/gtest.h>

#include <filesystem>

#include "nn/model_file.h"
#include "testing/errors.h"
#include "testing/files.h"
#include "testing/small_disk.h"
#include "train/runs.h"
#include "train/small_data.h"

namespace aufbau::train {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::read_text;
using testing::says;
using testing::small_pretraining;
using testing::stop_after;
using testing::TemporaryFolder;

class Pretrain : public ::testing::Test {
 protected:
  std::string data() {
    const std::string path = folder_.path("data.h5");
    return fs::exists(path) ? path
                            : testing::write_small_dataset(path, {.ring = true, .atoms = true});
  }
  std::string run(const std::string& name) const { return folder_.path(name); }
  PretrainOptions options(const std::string& name, const std::string& objective) {
    PretrainOptions options = small_pretraining(data(), run(name));
    options.objective = objective;
    return options;
  }
  void expect_same_run(const std::string& first, const std::string& second) const {
    for (const char* file : {"model.safetensors", "metrics.csv", "metrics.jsonl", "config.toml"})
      EXPECT_EQ(read_text(run(first) + "/" + file), read_text(run(second) + "/" + file)) << file;
  }
  TemporaryFolder folder_;
};

/// One objective, stages in sequence, objectives trained together.
const std::vector<std::string> kObjectiveTexts = {
    "attribute-masking",
    "supervised",
    "context-prediction,supervised",
    "attribute-masking:1+context-prediction:0.5,attribute-masking",
    "edge-prediction,infomax",
    "graphcl",
    "graphcl:0.1+infomax+edge-prediction"};

TEST_F(Pretrain, LeavesACompleteRunDirectory) {
  const PretrainSummary summary = train::pretrain(options("run", "attribute-masking"));
  for (const char* file : {"config.toml", "env.json", "data.json", "metrics.csv", "metrics.jsonl",
                           "checkpoints/latest", "model.safetensors", "summary.json", "log.txt"})
    EXPECT_TRUE(fs::exists(run("run") + "/" + file)) << file;
  EXPECT_EQ(summary.steps, 9);  // 40 molecules in batches of 16, three epochs
  EXPECT_EQ(summary.epochs, 3);
  EXPECT_GT(summary.final_loss, 0);
  EXPECT_GT(summary.molecules_per_second, 0);
  const nn::ModelFile model = nn::read_model(summary.model);
  EXPECT_FALSE(model.has_head);
  EXPECT_EQ(model.card.at("objective"), "attribute-masking");
  EXPECT_EQ(model.card.at("steps"), "9");
}

TEST_F(Pretrain, TheLossFalls) {
  PretrainOptions options = this->options("run", "attribute-masking");
  options.encoder.dropout = 0;
  options.optimizer.init_lr = 1e-2;
  std::vector<double> losses;
  options.progress = [&](const Progress& progress) {
    if (progress.line) losses.push_back(std::stod(progress.note.substr(5)));
  };
  options.epochs = 15;
  train::pretrain(options);
  ASSERT_EQ(losses.size(), 15u);
  EXPECT_LT(losses.back(), 0.5 * losses.front());
}

TEST_F(Pretrain, GivesTheSameBytesAtOneAndTwoThreads) {
  for (const std::string& objective : kObjectiveTexts) {
    for (const int threads : {1, 2}) {
      PretrainOptions options = this->options("threads" + std::to_string(threads), objective);
      options.threads = threads;
      options.force = true;
      train::pretrain(options);
    }
    SCOPED_TRACE(objective);
    expect_same_run("threads1", "threads2");
  }
}

TEST_F(Pretrain, StoppedAtAnyStepAndResumedItEqualsTheUninterruptedRun) {
  for (const std::string& objective : kObjectiveTexts) {
    PretrainOptions whole = options("whole", objective);
    whole.force = true;
    const PretrainSummary expected = train::pretrain(whole);
    // In the middle of an epoch, at its last batch, and in every stage.
    for (const int calls : {1, 2, 3, 5, 9, 10, 12}) {
      if (calls > expected.steps) continue;
      SCOPED_TRACE(objective + " stopped after " + std::to_string(calls));
      fs::remove_all(run("parts"));
      PretrainOptions parts = options("parts", objective);
      parts.should_stop = stop_after(calls);
      const Error error = error_of([&] { train::pretrain(parts); });
      EXPECT_EQ(error.kind(), ErrorKind::interrupted);
      EXPECT_TRUE(says(error, "--resume")) << error.what();
      EXPECT_FALSE(fs::exists(run("parts") + "/model.safetensors"));
      parts.should_stop = nullptr;
      parts.resume = true;
      const PretrainSummary got = train::pretrain(parts);
      EXPECT_EQ(got.final_loss, expected.final_loss);
      EXPECT_EQ(got.steps, expected.steps);
      expect_same_run("whole", "parts");
    }
  }
}

TEST_F(Pretrain, StoppedAfterEveryStepItStillEqualsTheUninterruptedRun) {
  const std::string objective = "context-prediction,attribute-masking";
  train::pretrain(options("whole", objective));
  PretrainOptions parts = options("parts", objective);
  parts.resume = true;
  int stops = 0;
  for (;; ++stops) {
    parts.should_stop = stop_after(1);
    parts.threads = 1 + stops % 2;
    if (error_of([&] { train::pretrain(parts); }).kind() != ErrorKind::interrupted) break;
  }
  EXPECT_EQ(stops, 18);
  expect_same_run("whole", "parts");
}

/// What a killed process leaves: an older checkpoint, metrics that went on, temporary files.
TEST_F(Pretrain, GoesOnFromTheLastCheckpointWhateverCameAfterIt) {
  train::pretrain(options("whole", "attribute-masking"));
  PretrainOptions parts = options("parts", "attribute-masking");
  parts.should_stop = stop_after(5);
  EXPECT_EQ(error_of([&] { train::pretrain(parts); }).kind(), ErrorKind::interrupted);
  fs::copy(run("parts"), run("killed"), fs::copy_options::recursive);
  for (const char* name : {"/metrics.csv", "/metrics.jsonl"}) {
    const std::string path = run("killed") + name;
    folder_.write("killed" + std::string(name), read_text(path) + "half a li");
  }
  folder_.write("killed/checkpoints/step-6.safetensors.tmp-1-1", "half a checkpoint");
  folder_.write("killed/checkpoints/step-6.safetensors", "renamed, but latest does not name it");
  folder_.write("killed/model.safetensors.tmp-1-2", "half a model");
  parts.output = run("killed");
  parts.should_stop = nullptr;
  parts.resume = true;
  train::pretrain(parts);
  expect_same_run("whole", "killed");
  EXPECT_FALSE(fs::exists(run("killed") + "/checkpoints/step-6.safetensors.tmp-1-1"));
  EXPECT_FALSE(fs::exists(run("killed") + "/model.safetensors.tmp-1-2"));
}

TEST_F(Pretrain, ResumesFromTheBeginningWhenNothingWasSaved) {
  train::pretrain(options("whole", "attribute-masking"));
  PretrainOptions fresh = options("fresh", "attribute-masking");
  fresh.resume = true;
  train::pretrain(fresh);
  expect_same_run("whole", "fresh");
  fs::remove_all(run("fresh") + "/checkpoints");
  for (const char* name : {"/summary.json", "/model.safetensors"}) fs::remove(run("fresh") + name);
  train::pretrain(fresh);
  expect_same_run("whole", "fresh");
}

TEST_F(Pretrain, AFinishedRunIsLeftAsItIs) {
  PretrainOptions options = this->options("run", "attribute-masking");
  const PretrainSummary first = train::pretrain(options);
  const auto before = fs::last_write_time(first.model);
  options.resume = true;
  std::string said;
  options.log = [&](const std::string& line) { said += line; };
  const PretrainSummary second = train::pretrain(options);
  EXPECT_EQ(second.final_loss, first.final_loss);
  EXPECT_EQ(second.seconds, first.seconds);
  EXPECT_EQ(fs::last_write_time(first.model), before);
  EXPECT_NE(said.find("finished"), std::string::npos) << said;
}

TEST_F(Pretrain, RefusesToResumeWithOtherOptionsAndNamesThem) {
  PretrainOptions options = this->options("run", "attribute-masking");
  options.should_stop = stop_after(2);
  EXPECT_EQ(error_of([&] { train::pretrain(options); }).kind(), ErrorKind::interrupted);
  options.should_stop = nullptr;
  options.resume = true;
  const auto error_with = [&](auto change) {
    PretrainOptions changed = options;
    change(changed);
    return error_of([&] { train::pretrain(changed); });
  };
  const std::vector<std::pair<std::string, Error>> errors = {
      {"--batch-size", error_with([](auto& o) { o.batch_size = 8; })},
      {"--init-lr", error_with([](auto& o) { o.optimizer.init_lr = 0.5; })},
      {"--seed", error_with([](auto& o) { o.seed = 6; })},
      {"--epochs", error_with([](auto& o) { o.epochs = 4; })},
      {"--mask-rate", error_with([](auto& o) { o.mask_rate = 0.3; })},
      {"--augmentations", error_with([](auto& o) { o.augmentations = {"subgraph"}; })},
      {"--augmentation-ratio", error_with([](auto& o) { o.augmentation_ratio = 0.3; })},
      {"--temperature", error_with([](auto& o) { o.temperature = 0.3; })},
      {"--width", error_with([](auto& o) { o.encoder.width = 8; })},
      {"--objective", error_with([](auto& o) { o.objective = "context-prediction"; })}};
  for (const auto& [option, error] : errors) {
    EXPECT_EQ(error.kind(), ErrorKind::mismatch) << option;
    EXPECT_TRUE(says(error, option)) << error.what();
  }
  const std::string other = testing::write_small_dataset(folder_.path("other.h5"), {.ring = true});
  const Error error = error_with([&](auto& o) { o.data = other; });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(error, "--data")) << error.what();
}

TEST_F(Pretrain, AFolderThatIsNotEmptyIsNeitherTakenNorEmptied) {
  fs::create_directories(run("taken"));
  folder_.write("taken/notes.txt", "mine");
  PretrainOptions options = this->options("taken", "attribute-masking");
  const Error error = error_of([&] { train::pretrain(options); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_TRUE(says(error, "--force")) << error.what();
  options.resume = true;
  EXPECT_EQ(error_of([&] { train::pretrain(options); }).kind(), ErrorKind::usage);
  options.resume = false;
  options.force = true;
  train::pretrain(options);
  EXPECT_EQ(read_text(run("taken") + "/notes.txt"), "mine");
}

TEST_F(Pretrain, KeepsTheLastCheckpointsOnly) {
  PretrainOptions options = this->options("run", "attribute-masking");
  options.checkpoint_steps = 1;
  options.keep_checkpoints = 3;
  train::pretrain(options);
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(run("run") + "/checkpoints"))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"latest", "step-7.safetensors", "step-8.safetensors",
                                             "step-9.safetensors"}));
}

TEST_F(Pretrain, StartsFromAModelWhoseEncoderOptionsWin) {
  const PretrainSummary first = train::pretrain(options("first", "attribute-masking"));
  PretrainOptions second = options("second", "context-prediction");
  second.init = first.model;
  second.encoder.width = 300;
  std::string said;
  second.log = [&](const std::string& line) { said += line + "\n"; };
  const nn::ModelFile model = nn::read_model(train::pretrain(second).model);
  EXPECT_EQ(model.encoder.width, 16);
  EXPECT_NE(said.find("tensors loaded"), std::string::npos) << said;
  EXPECT_NE(read_text(run("second") + "/config.toml").find("width = 16"), std::string::npos);
  EXPECT_EQ(model.card.count("init_sha256"), 1u);
}

TEST_F(Pretrain, RefusesBadOptionsBeforeItTouchesTheFolder) {
  const auto kind_with = [&](auto change) {
    PretrainOptions options = this->options("bad", "attribute-masking");
    change(options);
    const ErrorKind kind = error_of([&] { train::pretrain(options); }).kind();
    EXPECT_FALSE(fs::exists(run("bad")));
    return kind;
  };
  EXPECT_EQ(kind_with([](auto& o) { o.objective = "atribute-masking"; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.epochs = 0; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.batch_size = 0; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.checkpoint_steps = -1; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.keep_checkpoints = 0; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.mask_rate = 2; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.optimizer.schedule = "linear"; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.encoder.width = 0; }), ErrorKind::usage);
  EXPECT_EQ(kind_with([](auto& o) { o.device = "cuda"; }), ErrorKind::resource);
  EXPECT_EQ(kind_with([](auto& o) { o.data = "absent.h5"; }), ErrorKind::input);
}

TEST_F(Pretrain, ANumberThatIsNotFiniteStopsTheRunAndNamesStepTensorAndRows) {
  PretrainOptions options = this->options("run", "attribute-masking");
  options.optimizer.init_lr = 1e30;
  options.epochs = 20;
  const Error error = error_of([&] { train::pretrain(options); });
  EXPECT_EQ(error.kind(), ErrorKind::non_finite);
  for (const char* words : {"step", "rows of the batch", "not finite"})
    EXPECT_TRUE(says(error, words)) << error.what();
}

TEST_F(Pretrain, AFullDiskKeepsTheLastCheckpoint) {
  PretrainOptions options = this->options("run", "attribute-masking");
  options.checkpoint_steps = 1;
  options.should_stop = stop_after(4);
  EXPECT_EQ(error_of([&] { train::pretrain(options); }).kind(), ErrorKind::interrupted);
  options.should_stop = nullptr;
  options.resume = true;
  {
    const testing::SmallDisk disk(4096);
    EXPECT_EQ(error_of([&] { train::pretrain(options); }).kind(), ErrorKind::resource);
  }
  EXPECT_EQ(read_text(run("run") + "/checkpoints/latest"), "step-4.safetensors\n");
  train::pretrain(options);
  PretrainOptions whole = this->options("whole", "attribute-masking");
  whole.checkpoint_steps = 1;
  train::pretrain(whole);
  expect_same_run("whole", "run");
}

TEST_F(Pretrain, ADamagedCheckpointIsAnInputError) {
  PretrainOptions options = this->options("run", "attribute-masking");
  options.should_stop = stop_after(2);
  EXPECT_EQ(error_of([&] { train::pretrain(options); }).kind(), ErrorKind::interrupted);
  options.should_stop = nullptr;
  options.resume = true;
  const std::string path = run("run") + "/checkpoints/step-2.safetensors";
  const std::string bytes = read_text(path);
  folder_.write("run/checkpoints/step-2.safetensors", bytes.substr(0, bytes.size() / 2));
  EXPECT_EQ(error_of([&] { train::pretrain(options); }).kind(), ErrorKind::input);
  folder_.write("run/checkpoints/latest", "../../elsewhere\n");
  EXPECT_EQ(error_of([&] { train::pretrain(options); }).kind(), ErrorKind::input);
}

TEST_F(Pretrain, MoleculesTooSmallForTheObjectiveAreNothingToDo) {
  PretrainOptions options = this->options("run", "context-prediction");
  // No molecule of this size has an atom as far away as a context begins.
  options.encoder.layers = 30;
  options.epochs = 1;
  EXPECT_EQ(error_of([&] { train::pretrain(options); }).kind(), ErrorKind::nothing_valid);
}

}  // namespace
}  // namespace aufbau::train
