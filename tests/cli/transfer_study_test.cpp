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

/// Two sources without labels and a target, of the molecules that the other tests use.
class TransferStudy : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto lines = lines_of(read_text(test_file("../examples/data/nci_tpsa.csv")));
    std::string first = "smiles\n", second = "smiles\n";
    for (std::size_t i = 121; i < 181; ++i) {
      first += lines[i].substr(0, lines[i].find(',')) + '\n';
      second += lines[i + 60].substr(0, lines[i + 60].find(',')) + '\n';
    }
    ingest("first", first);
    ingest("second", second);
  }
  void ingest(const std::string& name, const std::string& text) const {
    const auto result = run_program({"ingest", folder_.write(name + ".csv", text), "--no-targets",
                                     "-o", folder_.path(name + ".h5")});
    ASSERT_EQ(result.exit_code, 0) << result.err;
  }
  Words command(const std::string& output, const Words& more) const {
    Words words = {"transfer",
                   "study",
                   "--sources",
                   folder_.path("first.h5") + "," + folder_.path("second.h5"),
                   "--target",
                   jobs().dataset,
                   "-o",
                   folder_.path(output),
                   "--layers",
                   "2",
                   "--width",
                   "8",
                   "--seeds",
                   "0,1",
                   "--bootstrap",
                   "100",
                   "--pretrain-epochs",
                   "2",
                   "--finetune-epochs",
                   "2",
                   "--scores",
                   "descriptors,scaffold-coverage",
                   "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  std::string text(const std::string& name) const { return read_text(folder_.path(name)); }
  TemporaryFolder folder_;
};

TEST_F(TransferStudy, KilledAndResumedItEndsWithTheSameBytes) {
  const auto whole = run_program(command("whole", {}));
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  EXPECT_EQ(whole.out, text("whole/study.md"));
  EXPECT_NE(whole.out.find("| first | "), std::string::npos) << whole.out;

  Program program(command("killed", {}));
  ASSERT_TRUE(program.wait_until(
      [&] { return fs::exists(folder_.path("killed/finetune/data/scratch/summary.json")); }));
  program.send(SIGKILL);
  EXPECT_EQ(program.wait().exit_code, 128 + SIGKILL);
  EXPECT_FALSE(fs::exists(folder_.path("killed/study.json")));
  EXPECT_EQ(run_program(command("killed", {})).exit_code, 2);
  const auto resumed = run_program(command("killed", {"--resume", "--json"}));
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(resumed.out, text("killed/study.json"));
  EXPECT_EQ(text("killed/study.json"), text("whole/study.json"));
  EXPECT_EQ(text("killed/study.md"), text("whole/study.md"));
  const json study = json::parse(resumed.out);
  EXPECT_EQ(study["pairs"].size(), 2u);
  EXPECT_EQ(study["pairs"][0]["gain"]["pretrained"].size(), 2u);

  // Its configuration repeats it.
  const auto again =
      run_program({"transfer", "study", "--config", folder_.path("whole/config.toml"), "-o",
                   folder_.path("again"), "--quiet"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(text("again/study.json"), text("whole/study.json"));
}

TEST_F(TransferStudy, EveryMistakeIsMetBeforeTheFirstRun) {
  const auto complaint = [&](const Words& more, int exit_code) {
    const auto result = run_program(command("none", more));
    EXPECT_EQ(result.exit_code, exit_code) << result.err;
    EXPECT_FALSE(fs::exists(folder_.path("none")));
    return result.err;
  };
  const auto has = [](const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
  };
  EXPECT_TRUE(has(complaint({"--targets", folder_.path("first.h5")}, 2), "has no labels"));
  EXPECT_TRUE(has(complaint({"--source", folder_.path("first.h5")}, 2), "two of the sources"));
  EXPECT_TRUE(has(complaint({"--scores", "nearest"}, 2), "'nearest'"));
  EXPECT_TRUE(has(complaint({"--objectiv", "infomax"}, 2), "--objective"));
  EXPECT_TRUE(has(complaint({"--source", "absent.h5"}, 3), "absent.h5"));
}

}  // namespace
}  // namespace aufbau::testing
