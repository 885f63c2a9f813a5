#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "cli/jobs.h"
#include "cli/program.h"

namespace aufbau::testing {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

/// Long enough to be interrupted, with a checkpoint every few steps.
Words long_run(const std::string& folder) {
  return with_small_encoder({"pretrain", "-i", jobs().dataset, "-o", folder, "--objective",
                             "attribute-masking", "--epochs", "60", "--batch-size", "8",
                             "--checkpoint-steps", "7", "--quiet"});
}

Words resumed(Words arguments) {
  arguments.push_back("--resume");
  return arguments;
}

/// Lines of metrics.csv so far: the header and one per epoch.
std::size_t epochs_done(const std::string& folder) {
  return fs::exists(folder + "/metrics.csv") ? lines_of(read_text(folder + "/metrics.csv")).size()
                                             : 0;
}

class Interruption : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    whole_ = new TemporaryFolder;
    ASSERT_EQ(run_program(long_run(whole_->path("run"))).exit_code, 0);
  }
  static void TearDownTestSuite() { delete whole_; }
  void expect_equals_whole(const std::string& folder) {
    for (const char* file : {"/model.safetensors", "/metrics.csv"})
      EXPECT_EQ(read_text(folder + file), read_text(whole_->path("run") + file)) << file;
  }
  static TemporaryFolder* whole_;
};
TemporaryFolder* Interruption::whole_ = nullptr;

TEST_F(Interruption, ASignalSavesAndTheResumedRunEqualsTheWholeOne) {
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1}) {
    const TemporaryFolder folder;
    const auto run = folder.path("run");
    Program program(long_run(run));
    ASSERT_TRUE(program.wait_until([&] { return epochs_done(run) >= 3; }));
    program.send(signal);
    const auto stopped = program.wait();
    EXPECT_EQ(stopped.exit_code, 75) << stopped.err;
    EXPECT_NE(stopped.err.find("--resume"), std::string::npos) << stopped.err;
    EXPECT_FALSE(fs::exists(run + "/model.safetensors"));
    const auto rest = run_program(resumed(long_run(run)));
    ASSERT_EQ(rest.exit_code, 0) << rest.err;
    expect_equals_whole(run);
  }
}

TEST_F(Interruption, AKilledRunIsResumedToTheSameBytes) {
  const TemporaryFolder folder;
  const auto run = folder.path("run");
  Words arguments = long_run(run);
  for (const std::size_t epochs : {2, 9, 20}) {
    Program program(arguments);
    ASSERT_TRUE(program.wait_until([&] { return epochs_done(run) >= epochs; }));
    program.send(SIGKILL);
    EXPECT_EQ(program.wait().exit_code, 128 + SIGKILL);
    arguments = resumed(long_run(run));
  }
  const auto rest = run_program(arguments);
  ASSERT_EQ(rest.exit_code, 0) << rest.err;
  expect_equals_whole(run);
}

TEST_F(Interruption, AFolderWithARunIsNotOverwritten) {
  const auto result = run_program(long_run(whole_->path("run")));
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("--force"), std::string::npos) << result.err;
}

TEST_F(Interruption, ResumingWithOtherOptionsEndsWithCodeSix) {
  const TemporaryFolder folder;
  const auto run = folder.path("run");
  {
    Program program(long_run(run));
    ASSERT_TRUE(program.wait_until([&] { return epochs_done(run) >= 2; }));
    program.send(SIGINT);
    ASSERT_EQ(program.wait().exit_code, 75);
  }
  Words other = resumed(long_run(run));
  other.insert(other.end(), {"--mask-rate", "0.3"});
  const auto result = run_program(other);
  EXPECT_EQ(result.exit_code, 6) << result.err;
  EXPECT_NE(result.err.find("mask-rate"), std::string::npos) << result.err;
}

TEST(Signals, ASecondOneEndsTheProgramAtOnce) {
  // The program waits for a pipe that stays silent, so it cannot come to a clean stop.
  for (const int signal : {SIGINT, SIGTERM}) {
    const TemporaryFolder folder;
    const auto pipe = folder.path("silent.smi");
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    Program program({"ingest", pipe, "-o", folder.path("x.h5")});
    int writer = -1;
    ASSERT_TRUE(program.wait_until(
        [&] { return (writer = open(pipe.c_str(), O_WRONLY | O_NONBLOCK)) >= 0; }));
    program.send(signal);
    EXPECT_FALSE(program.has_ended_within(0.3));
    program.send(signal);
    EXPECT_EQ(program.wait().exit_code, 128 + signal);
    close(writer);
  }
}

}  // namespace
}  // namespace aufbau::testing
