// aufbau pretrain --config FILE with [[stage]] tables.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/jobs.h"
#include "cli/program.h"

namespace aufbau::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Words = std::vector<std::string>;

/// Masking, then the labels with dropout, then fine-tuning.
std::string stages_file() {
  return "# two stages, then labels\n"
         "data = \"" +
         jobs().dataset +
         "\"\n"
         "epochs = 30\n"
         "batch_size = 32\n"
         "layers = 2\n"
         "width = 16\n"
         "checkpoint-steps = 3\n"
         "\n"
         "[[stage]]\n"
         "objective = \"attribute-masking\"\n"
         "\n"
         "[[stage]]\n"
         "objective = \"supervised\"\n"
         "dropout = 0.2\n"
         "epochs = 20\n"
         "\n"
         "[finetune]\n"
         "data = \"" +
         jobs().dataset +
         "\"\n"
         "epochs = 10\n"
         "seeds = [0, 1]\n";
}

void run_or_fail(const Words& arguments) {
  const auto result = run_program(arguments);
  ASSERT_EQ(result.exit_code, 0) << result.err;
}

class Pipeline : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    folder_->write("stages.toml", stages_file());
    run_or_fail(pipeline("whole"));
  }
  static void TearDownTestSuite() { delete folder_; }
  static std::string path(const std::string& name) { return folder_->path(name); }
  static Words pipeline(const std::string& name) {
    return {"pretrain", "--config", path("stages.toml"), "-o", path(name), "--quiet"};
  }
  static void expect_equals_whole(const std::string& name) {
    for (const char* file :
         {"stage-1/model.safetensors", "stage-1/metrics.csv", "stage-2/model.safetensors",
          "stage-2/metrics.csv", "finetune/model.safetensors", "finetune/seed-0/metrics.csv",
          "finetune/seed-1/test_predictions.csv"})
      EXPECT_EQ(read_text(path(name + "/" + file)), read_text(path(std::string("whole/") + file)))
          << file;
  }
  static TemporaryFolder* folder_;
};
TemporaryFolder* Pipeline::folder_ = nullptr;

TEST_F(Pipeline, EqualsThreeSeparateCommandsByteForByte) {
  run_or_fail(with_small_encoder({"pretrain", "-i", jobs().dataset, "-o", path("separate/stage-1"),
                                  "--objective", "attribute-masking", "--epochs", "30",
                                  "--batch-size", "32", "--quiet"}));
  run_or_fail({"pretrain", "-i", jobs().dataset, "-o", path("separate/stage-2"), "--objective",
               "supervised", "--init", path("separate/stage-1/model.safetensors"), "--dropout",
               "0.2", "--epochs", "20", "--batch-size", "32", "--quiet"});
  run_or_fail({"finetune", "-i", jobs().dataset, "-o", path("separate/finetune"), "--init",
               path("separate/stage-2/model.safetensors"), "--epochs", "10", "--seeds", "0,1",
               "--quiet"});
  expect_equals_whole("separate");
}

TEST_F(Pipeline, IsRepeatedFromItsOwnConfiguration) {
  const auto result = run_program(
      {"pretrain", "--config", path("whole/config.toml"), "-o", path("again"), "--json", "-q"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const json summary = json::parse(result.out);
  EXPECT_EQ(summary["stages"].size(), 2u);
  EXPECT_EQ(summary["finetune"]["seeds"].size(), 2u);
  EXPECT_EQ(summary["model"], path("again/finetune/model.safetensors"));
  expect_equals_whole("again");
  EXPECT_EQ(read_text(path("again/config.toml")), read_text(path("whole/config.toml")));
}

TEST_F(Pipeline, AnOptionOfTheCommandLineWinsInEveryStage) {
  Words arguments = pipeline("short");
  arguments.insert(arguments.end(), {"--epochs", "1", "--json"});
  const auto result = run_program(arguments);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const json summary = json::parse(result.out);
  for (const auto& stage : summary["stages"]) EXPECT_EQ(stage["epochs"], 1);
}

TEST_F(Pipeline, KilledInAnyStageItIsResumedToTheSameBytes) {
  const auto begun = [](const std::string& file) {
    return fs::exists(file) && lines_of(read_text(file)).size() >= 4;
  };
  int signal = SIGINT;
  Words arguments = pipeline("killed");
  for (const char* file : {"killed/stage-1/metrics.csv", "killed/stage-2/metrics.csv",
                           "killed/finetune/config.toml"}) {
    Program program(arguments);
    ASSERT_TRUE(program.wait_until([&] { return begun(path(file)); })) << file;
    program.send(signal);
    EXPECT_EQ(program.wait().exit_code, signal == SIGINT ? 75 : 128 + signal);
    EXPECT_FALSE(fs::exists(path("killed/summary.json")));
    signal = SIGKILL;
    arguments = pipeline("killed");
    arguments.emplace_back("--resume");
  }
  run_or_fail(arguments);
  expect_equals_whole("killed");
}

/// What stands below line 2 of a file, and what the one line on standard error must say.
struct Mistake {
  std::string text, says;
};

const std::vector<Mistake> kMistakes = {
    {"[[stage]]\nobjective = \"supervised\"\nepoch = 3\n",
     "bad.toml line 8: unknown key 'epoch'; did you mean 'epochs'?"},
    {"[[stage]]\nobjective = \"supervised\"\nepochs = \"x\"\n",
     "bad.toml line 8: --epochs 'x': expected a whole number"},
    {"[[stage]]\nobjective = \"supervised\"\npooling = \"men\"\n",
     "bad.toml line 8: --pooling: unknown name 'men'; did you mean 'mean'?"},
    {"[[stage]]\nepochs = 3\n", "bad.toml line 6, [[stage]]: option --objective is missing"},
    {"[[stage]]\nobjective = \"supervised\"\nwidth = 3\n",
     "bad.toml line 8: 'width' in [[stage]] would do nothing"},
    {"[[stage]]\nobjective = \"supervised\"\noutput = \"x\"\n",
     "bad.toml line 8: 'output' in [[stage]] is of the whole file"},
    {"[finetune]\nseeds = [0]\n", "bad.toml line 6, [finetune]: option --data is missing"},
    {"[finetune]\ninit = \"m\"\n", "bad.toml line 7: 'init' in [finetune] would do nothing"},
    {"[finetune]\nmask-rate = 0.1\n", "bad.toml line 7: unknown key 'mask-rate'"},
    {"[fintune]\n", "bad.toml line 6: unknown table [fintune]; did you mean '[finetune]'?"},
    {"[[finetune]]\n", "bad.toml line 6: unknown table [[finetune]]"},
    {"[finetune]\n[finetune]\n", "bad.toml line 7: [finetune] stands there already"},
};

TEST_F(Pipeline, EveryMistakeIsMetWithItsLine) {
  for (const auto& mistake : kMistakes) {
    const auto file = folder_->write("bad.toml", "data = \"" + jobs().dataset +
                                                     "\"\n\n[[stage]]\nobjective = "
                                                     "\"attribute-masking\"\n\n" +
                                                     mistake.text);
    const auto result = run_program({"pretrain", "--config", file, "-o", path("none")});
    EXPECT_EQ(result.exit_code, 2) << result.err;
    EXPECT_NE(result.err.find(mistake.says), std::string::npos)
        << "expected: " << mistake.says << "\ngot: " << result.err;
    EXPECT_FALSE(fs::exists(path("none")));
  }
}

TEST_F(Pipeline, TablesBelongToPretrainAlone) {
  const auto result =
      run_program({"finetune", "--config", path("stages.toml"), "-o", path("none")});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("stages.toml line 9: aufbau finetune has no tables"), std::string::npos)
      << result.err;
  const auto alone = folder_->write("alone.toml", "[finetune]\ndata = \"a.h5\"\n");
  const auto lonely = run_program({"pretrain", "--config", alone, "-o", path("none")});
  EXPECT_EQ(lonely.exit_code, 2);
  EXPECT_NE(lonely.err.find("without a [[stage]]"), std::string::npos) << lonely.err;
}

TEST_F(Pipeline, AMissingDatasetOfALaterStageIsMetBeforeTheFirstBegins) {
  const auto file = folder_->write("bad.toml", "data = \"" + jobs().dataset +
                                                   "\"\n[[stage]]\nobjective = "
                                                   "\"attribute-masking\"\n[[stage]]\nobjective = "
                                                   "\"supervised\"\ndata = \"none.h5\"\n");
  const auto result = run_program({"pretrain", "--config", file, "-o", path("none")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.err.find("none.h5"), std::string::npos) << result.err;
  EXPECT_FALSE(fs::exists(path("none")));
}

}  // namespace
}  // namespace aufbau::testing
