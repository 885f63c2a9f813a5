#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "cli/jobs.h"
#include "cli/program.h"

namespace aufbau::testing {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// For more ranks than cores, also as root.
const Words kEnvironment = {"OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1",
                            "OMPI_MCA_rmaps_base_oversubscribe=1",
                            "OMPI_MCA_btl_vader_single_copy_mechanism=none"};

/// mpirun waits so many seconds before it asks ranks to stop, and again before it kills them: time
/// for a slow machine.
Words with_patience() {
  Words environment = kEnvironment;
  environment.emplace_back("OMPI_MCA_odls_base_sigkill_timeout=3");
  return environment;
}

Words mpirun(int ranks) { return {"mpirun", "-n", std::to_string(ranks)}; }

ProgramResult run_ranks(int ranks, const Words& arguments, const Words& more = {}) {
  Words environment = kEnvironment;
  environment.insert(environment.end(), more.begin(), more.end());
  return Program(arguments, "", environment, mpirun(ranks)).wait();
}

Words pretraining(const std::string& folder, int epochs = 4) {
  return with_small_encoder({"pretrain", "-i", jobs().dataset, "-o", folder, "--objective",
                             "attribute-masking", "--epochs", std::to_string(epochs),
                             "--batch-size", "16", "--micro-batches", "4", "--checkpoint-steps",
                             "5"});
}

Words resumed(Words arguments) {
  arguments.push_back("--resume");
  return arguments;
}

std::size_t count_of(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1))
    ++count;
  return count;
}

void expect_same_run(const std::string& first, const std::string& second) {
  for (const char* file : {"/model.safetensors", "/metrics.csv", "/metrics.jsonl", "/config.toml"})
    EXPECT_EQ(read_text(first + file), read_text(second + file)) << file;
}

/// The process of that rank below `parent`, which is mpirun; 0 when there is none.
pid_t process_of_rank(pid_t parent, int rank) {
  const std::string wanted = "OMPI_COMM_WORLD_RANK=" + std::to_string(rank);
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream stat(entry.path() / "stat");
    std::string line;
    std::getline(stat, line);
    const std::size_t after_name = line.rfind(')');
    if (after_name == std::string::npos) continue;                   // gone in the meantime
    if (std::stoi(line.substr(after_name + 4)) != parent) continue;  // ") S ppid"
    std::ifstream file(entry.path() / "environ");
    for (std::string variable; std::getline(file, variable, '\0');)
      if (variable == wanted) return static_cast<pid_t>(std::stoi(name));
  }
  return 0;
}

/// A long run of four ranks that has done some epochs.
class Running {
 public:
  explicit Running(const std::string& folder, int epochs = kEpochs)
      : program_(pretraining(folder, epochs), "", with_patience(), mpirun(4)), folder_(folder) {}
  static constexpr int kEpochs = 60;
  bool has_begun() {
    return program_.wait_until([this] {
      return fs::exists(folder_ + "/metrics.csv") &&
             lines_of(read_text(folder_ + "/metrics.csv")).size() > 4;
    });
  }
  Program& program() { return program_; }
  void kill_rank(int rank) {
    const pid_t process = process_of_rank(program_.pid(), rank);
    ASSERT_GT(process, 0);
    kill(process, SIGKILL);
  }

 private:
  Program program_;
  std::string folder_;
};

class MpiRuns : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    setenv("LSAN_OPTIONS", "detect_leaks=0", 1);  // Open MPI keeps some memory to the end
    whole_ = new TemporaryFolder;
    ASSERT_EQ(run_program(pretraining(whole_->path("run"), Running::kEpochs)).exit_code, 0);
  }
  static void TearDownTestSuite() { delete whole_; }
  /// What is in the folder goes on to the end, and to the bytes of a run that nothing happened to.
  void expect_resumes(const std::string& folder, int ranks) {
    const auto rest = run_ranks(ranks, resumed(pretraining(folder, Running::kEpochs)));
    ASSERT_EQ(rest.exit_code, 0) << rest.err;
    expect_same_run(folder, whole_->path("run"));
  }
  /// What mpirun says and ends with when that rank is killed in a run in the folder.
  static ProgramResult after_killing(int rank, const std::string& folder) {
    Running running(folder);
    EXPECT_TRUE(running.has_begun());
    running.kill_rank(rank);
    return running.program().wait();
  }
  static TemporaryFolder* whole_;
};
TemporaryFolder* MpiRuns::whole_ = nullptr;

TEST_F(MpiRuns, OneTwoAndFourRanksGiveTheSameBytesAndOneOfThemSpeaks) {
  const TemporaryFolder folder;
  ASSERT_EQ(run_program(pretraining(folder.path("alone"))).exit_code, 0);
  for (const int ranks : {1, 2, 4}) {
    const auto run = folder.path("ranks" + std::to_string(ranks));
    const auto result = run_ranks(ranks, pretraining(run));
    ASSERT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(count_of(result.out, "model " + run), 1u) << result.out;
    EXPECT_EQ(count_of(result.err, "attribute-masking 4/4"), 1u) << result.err;
    expect_same_run(run, folder.path("alone"));
  }
}

TEST_F(MpiRuns, AKilledRankEndsTheRunWithACheckpoint) {
  for (const int resuming : {1, 2}) {
    const TemporaryFolder folder;
    const auto run = folder.path("run");
    const auto result = after_killing(2, run);
    EXPECT_NE(result.exit_code, 0);
    EXPECT_NE(result.err.find("rank 2 of 4 no longer answers"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("saved after step"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find("--resume"), std::string::npos) << result.err;
    expect_resumes(run, resuming);
  }
}

TEST_F(MpiRuns, WhenTheWritingRankIsKilledTheLastCheckpointStays) {
  const TemporaryFolder folder;
  const auto run = folder.path("run");
  const auto result = after_killing(0, run);
  EXPECT_NE(result.exit_code, 0);
  EXPECT_EQ(count_of(result.err, "rank 0 of 4 no longer answers"), 1u) << result.err;
  expect_resumes(run, 4);
}

TEST_F(MpiRuns, ASignalToMpirunSavesAndEndsWithCode75) {
  const TemporaryFolder folder;
  const auto run = folder.path("run");
  Running running(run);
  ASSERT_TRUE(running.has_begun());
  running.program().send(SIGUSR1);
  const auto result = running.program().wait();
  EXPECT_EQ(result.exit_code, 75) << result.err;
  EXPECT_EQ(count_of(result.err, "stopped on request"), 1u) << result.err;
  expect_resumes(run, 2);
}

/// mpirun passes these on after some seconds, so the run is one that does not end by itself.
TEST_F(MpiRuns, TermAndIntSaveToo) {
  for (const int signal : {SIGTERM, SIGINT}) {
    const TemporaryFolder folder;
    const auto run = folder.path("run");
    Running running(run, 100000);
    ASSERT_TRUE(running.has_begun());
    running.program().send(signal);
    const auto result = running.program().wait();
    EXPECT_NE(result.exit_code, 0);
    EXPECT_EQ(count_of(result.err, "stopped on request after step"), 1u) << result.err;
    EXPECT_TRUE(fs::exists(run + "/checkpoints/latest"));
  }
}

TEST_F(MpiRuns, MistakesAreSaidOnceAndNothingIsWritten) {
  const TemporaryFolder folder;
  const auto run = folder.path("run");
  struct Mistake {
    int ranks;
    Words arguments;
    int code;
    std::string words;
  };
  Words missing = pretraining(run);
  missing[2] = folder.path("none.h5");
  const std::vector<Mistake> mistakes = {
      {3, pretraining(run), 2, "expected a multiple of 3, for example --micro-batches 6"},
      {2, {"pretrain", "--batches", "3"}, 2, "unknown option"},
      {2, missing, 3, "none.h5"},
      {2, {"finetune", "-i", jobs().dataset, "-o", run}, 2, "without mpirun"},
  };
  for (const Mistake& mistake : mistakes) {
    const auto result = run_ranks(mistake.ranks, mistake.arguments);
    EXPECT_EQ(result.exit_code, mistake.code) << result.err;
    EXPECT_EQ(count_of(result.err, "aufbau: "), 1u) << result.err;
    EXPECT_NE(result.err.find(mistake.words), std::string::npos) << result.err;
    EXPECT_FALSE(fs::exists(run));
  }
}

TEST_F(MpiRuns, WithoutThePluginTheRemedyIsNamed) {
  const TemporaryFolder folder;
  const auto result =
      run_ranks(2, pretraining(folder.path("run")), {"AUFBAU_PLUGINS=" + folder.path()});
  EXPECT_EQ(result.exit_code, 8) << result.err;
  EXPECT_NE(result.err.find("apt install"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace aufbau::testing
