#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/jobs.h"
#include "cli/program.h"

namespace aufbau::testing {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

/// Two sources and a target of molecules that overlap, in `folder`.
void ingest_sets(const TemporaryFolder& folder) {
  const auto lines = lines_of(read_text(test_file("../examples/data/nci_tpsa.csv")));
  const auto ingest = [&](const std::string& name, std::size_t first, std::size_t last) {
    std::string table = "smiles\n";
    for (std::size_t i = first; i < last; ++i)
      table += lines[i].substr(0, lines[i].find(',')) + '\n';
    folder.write(name + ".csv", table);
    const auto result =
        run_program({"ingest", folder.path(name + ".csv"), "-o", folder.path(name + ".h5")});
    ASSERT_EQ(result.exit_code, 0) << result.err;
  };
  ingest("a", 1, 101);
  ingest("b", 101, 181);
  ingest("c", 91, 111);
}

Words command(const TemporaryFolder& folder, const std::string& output, const Words& more) {
  Words words = {"select",
                 "--source",
                 folder.path("a.h5"),
                 "--source",
                 folder.path("b.h5"),
                 "--target",
                 folder.path("c.h5"),
                 "-o",
                 folder.path(output)};
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST(SelectCommand, WritesADatasetThatCanBeTrainedOn) {
  const TemporaryFolder folder;
  ingest_sets(folder);
  const auto result =
      run_program(command(folder, "x.h5", {"--method", "nearest", "--budget", "20", "--json"}));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const json summary = json::parse(result.out);
  EXPECT_EQ(summary["chosen"], 20);
  EXPECT_EQ(summary["available"], 180);
  EXPECT_EQ(summary["method"], "nearest");
  EXPECT_EQ(summary["reasons"], folder.path("x.csv"));
  EXPECT_EQ(summary["parts"].size(), 2u);
  EXPECT_TRUE(summary["parts"][0]["weight"].is_null());
  EXPECT_TRUE(summary["distance"].is_number());
  // The target's own molecules are in the sources: each finds itself.
  EXPECT_EQ(summary["parts"][0]["chosen"], 10);
  EXPECT_NE(summary["parts"][0]["reason"].get<std::string>().find("mean 1"), std::string::npos);
  const auto inspected = run_program({"inspect", folder.path("x.h5"), "--json"});
  EXPECT_EQ(inspected.exit_code, 0) << inspected.err;
  EXPECT_NE(inspected.out.find(folder.path("b.h5")), std::string::npos) << inspected.out;
  const auto trained = run_program(
      with_small_encoder({"pretrain", "-i", folder.path("x.h5"), "-o", folder.path("run"),
                          "--objective", "attribute-masking", "--epochs", "1"}));
  EXPECT_EQ(trained.exit_code, 0) << trained.err;
}

TEST(SelectCommand, EveryMethodWorksOnMolecules) {
  const TemporaryFolder folder;
  ingest_sets(folder);
  for (const Words& method :
       {Words{"mixture", "--budget", "50"}, Words{"mixture", "--basis", "domain"}, Words{"sources"},
        Words{"herding", "--budget", "30", "--node-types", "3"}, Words{"nearest"},
        Words{"recursive", "--parts", "3", "--resolution", "8"}}) {
    Words more = {"--quiet", "--force", "--method"};
    more.insert(more.end(), method.begin(), method.end());
    const auto result = run_program(command(folder, "x.h5", more));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.err, "");
    EXPECT_NE(result.out.find("graphs by " + method[0]), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("squared distance to the target"), std::string::npos);
  }
}

TEST(SelectCommand, IsTheSameFileOnAnyNumberOfThreads) {
  const TemporaryFolder folder;
  ingest_sets(folder);
  for (const char* threads : {"1", "2"})
    ASSERT_EQ(run_program(command(folder, std::string(threads) + ".h5",
                                  {"--threads", threads, "--budget", "40", "--quiet"}))
                  .exit_code,
              0);
  EXPECT_EQ(read_text(folder.path("1.h5")), read_text(folder.path("2.h5")));
  EXPECT_EQ(read_text(folder.path("1.csv")), read_text(folder.path("2.csv")));
}

TEST(SelectCommand, MistakesHaveTheirExitCodes) {
  const TemporaryFolder folder;
  ingest_sets(folder);
  const auto other = run_program(
      {"ingest", folder.path("b.csv"), "--schema", "ogb9", "-o", folder.path("b.h5"), "--force"});
  ASSERT_EQ(other.exit_code, 0) << other.err;
  const auto mixed = run_program(command(folder, "x.h5", {}));
  EXPECT_EQ(mixed.exit_code, 6) << mixed.err;
  EXPECT_NE(mixed.err.find("b.h5 beside " + folder.path("a.h5")), std::string::npos) << mixed.err;
  const auto missing = run_program({"select", "--source", folder.path("none.h5"), "--target",
                                    folder.path("c.h5"), "-o", folder.path("x.h5")});
  EXPECT_EQ(missing.exit_code, 3) << missing.err;
  EXPECT_FALSE(std::filesystem::exists(folder.path("x.h5")));
}

}  // namespace
}  // namespace aufbau::testing
