#include "train/run_directory.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "testing/errors.h"
#include "testing/files.h"

namespace aufbau::train {
namespace {

namespace fs = std::filesystem;
using testing::error_of;
using testing::says;
using testing::TemporaryFolder;

ErrorKind kind_of(const std::string& path, bool resume, bool force) {
  return error_of([&] { RunDirectory(path, resume, force); }).kind();
}

TEST(RunDirectory, IsMadeWithItsParents) {
  const TemporaryFolder folder;
  const RunDirectory directory(folder.path("a/b/run"), false, false);
  EXPECT_TRUE(fs::is_directory(directory.path()));
  EXPECT_FALSE(directory.is_finished());
}

TEST(RunDirectory, BelongsToOneWriterAtATime) {
  const TemporaryFolder folder;
  {
    const RunDirectory first(folder.path("run"), false, false);
    const Error error = error_of([&] { RunDirectory(folder.path("run"), true, false); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_TRUE(says(error, "another process")) << error.what();
  }
  const RunDirectory second(folder.path("run"), true, false);
}

TEST(RunDirectory, ForceRemovesTheFilesOfARunAndNothingElse) {
  const TemporaryFolder folder;
  fs::create_directories(folder.path("run/checkpoints"));
  fs::create_directories(folder.path("run/seed-3"));
  fs::create_directories(folder.path("run/seed-4"));
  for (const char* name :
       {"config.toml", "checkpoints/latest", "seed-3/metrics.csv", "notes.txt", "seed-4/mine.csv",
        "model.safetensors.tmp-12-3", "stage-1/summary.json", "finetune/seed-0/metrics.csv"})
    folder.write(std::string("run/") + name, "x");
  const RunDirectory directory(folder.path("run"), false, true);
  std::vector<std::string> left;
  for (const auto& entry : fs::recursive_directory_iterator(folder.path("run")))
    if (entry.is_regular_file()) left.push_back(entry.path().filename().string());
  std::sort(left.begin(), left.end());
  EXPECT_EQ(left, (std::vector<std::string>{"mine.csv", "notes.txt"}));
}

TEST(RunDirectory, ResumeNeedsARun) {
  const TemporaryFolder folder;
  fs::create_directories(folder.path("other"));
  folder.write("other/notes.txt", "x");
  EXPECT_EQ(kind_of(folder.path("other"), true, false), ErrorKind::usage);
  fs::create_directories(folder.path("killed"));  // before anything had its name
  folder.write("killed/config.toml.tmp-1-1", "half");
  const RunDirectory directory(folder.path("killed"), true, false);
  EXPECT_TRUE(fs::is_empty(folder.path("killed")));
  fs::create_directories(folder.path("begun/checkpoints"));  // before config.toml was there
  EXPECT_NO_THROW(RunDirectory(folder.path("begun"), true, false));
}

TEST(RunDirectory, RefusesAFileNoNameAndContradictions) {
  const TemporaryFolder folder;
  folder.write("file", "x");
  EXPECT_EQ(kind_of(folder.path("file"), false, true), ErrorKind::usage);
  EXPECT_EQ(kind_of("", false, false), ErrorKind::usage);
  EXPECT_EQ(kind_of(folder.path("run"), true, true), ErrorKind::usage);
  EXPECT_EQ(kind_of(folder.path("file/below"), false, false), ErrorKind::resource);
}

TEST(Settings, AreWrittenAsTomlThatReadsBack) {
  PretrainOptions options;
  options.objective = "a \"quoted\" \\ name";
  options.optimizer.init_lr = 0.001;
  const std::string text = to_toml("pretrain", settings_of(options, "", ""));
  EXPECT_NE(text.find("objective = \"a \\\"quoted\\\" \\\\ name\"\n"), std::string::npos) << text;
  EXPECT_NE(text.find("init-lr = 0.001\n"), std::string::npos) << text;
  EXPECT_NE(text.find("mask-bonds = false\n"), std::string::npos) << text;
  FinetuneOptions tuning;
  tuning.seeds = {0, 7};
  tuning.targets = {"a", "b"};
  const std::string other = to_toml("finetune", settings_of(tuning, "", ""));
  EXPECT_NE(other.find("seeds = [0, 7]\n"), std::string::npos) << other;
  EXPECT_NE(other.find("targets = [\"a\", \"b\"]\n"), std::string::npos) << other;
}

TEST(Settings, ADifferenceIsNamedWithBothValues) {
  PretrainOptions options;
  const SettingIdentities before = identities(settings_of(options, "", ""));
  options.keep_checkpoints = 9;
  options.data = "elsewhere.h5";
  EXPECT_NO_THROW(require_same_settings("x", before, identities(settings_of(options, "", ""))));
  options.epochs = 7;
  const Error error = error_of(
      [&] { require_same_settings("x", before, identities(settings_of(options, "", ""))); });
  EXPECT_EQ(error.kind(), ErrorKind::mismatch);
  EXPECT_TRUE(says(error, "--epochs was 100 and is now 7")) << error.what();
}

}  // namespace
}  // namespace aufbau::train
