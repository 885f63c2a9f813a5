#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/jobs.h"
#include "cli/program.h"

namespace aufbau::testing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Words = std::vector<std::string>;

/// Two tables as MoleculeNet has them, of the molecules that the other tests use: is the polar
/// surface area large?
void write_tables(const TemporaryFolder& folder) {
  std::string bbbp = "num,name,p_np,smiles\n", bace = "smiles,Class\n";
  const auto lines = lines_of(read_text(test_file("../examples/data/nci_tpsa.csv")));
  for (std::size_t i = 1; i <= 60; ++i) {
    const auto comma = lines[i].find(',');
    const std::string smiles = lines[i].substr(0, comma);
    const char* label = std::stod(lines[i].substr(comma + 1)) > 40 ? "1" : "0";
    bbbp += std::to_string(i) + ",x," + label + ',' + smiles + '\n';
    bace += smiles + ',' + label + '\n';
  }
  folder.write("tables/BBBP.csv", bbbp);
  folder.write("tables/bace.csv", bace);
}

/// The summaries of finished runs and what they say; a run that is repeated takes other seconds.
std::map<std::string, std::string> summaries(const std::string& folder) {
  std::map<std::string, std::string> found;
  if (!fs::exists(folder)) return found;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().filename() == "summary.json")
      found[entry.path().string()] = read_text(entry.path().string());
  return found;
}

/// How many runs a program at work has finished. It removes folders meanwhile (those of old
/// checkpoints): one that goes while it is looked through ends the count early, to be asked again.
std::size_t finished_runs(const std::string& folder) {
  std::size_t runs = 0;
  std::error_code gone;
  for (fs::recursive_directory_iterator entry(folder, gone), end; !gone && entry != end;
       entry.increment(gone))
    runs += entry->path().filename() == "summary.json";
  return runs;
}

TEST(Reproduce, KilledAgainAndAgainItEndsWithTheSameTable) {
  const TemporaryFolder folder;
  write_tables(folder);
  const auto command = [&](const std::string& output, const Words& more) {
    Words words = {"reproduce",        "hu2020",
                   "--data",           folder.path("tables"),
                   "--source",         jobs().dataset,
                   "--sets",           "bbbp,bace",
                   "--strategies",     "none,attribute-masking",
                   "--seeds",          "0,1",
                   "--quiet",          "-o",
                   folder.path(output)};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  };
  const auto whole = run_program(command("whole", {"--json"}));
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  const json table = json::parse(whole.out);
  EXPECT_EQ(table["rows"][1]["strategy"], "attribute-masking");
  EXPECT_EQ(table["rows"][1]["cells"][0]["published"], 64.3);
  EXPECT_EQ(table["rows"][1]["cells"][0]["scores"].size(), 2u);

  // Finished runs when it is killed: of 1 of pretraining, 8 seeds, and 4 that hold two seeds each.
  std::map<std::string, std::string> finished;
  Words more;
  for (const std::size_t runs : {1, 3, 8}) {
    Program program(command("killed", more));
    ASSERT_TRUE(program.wait_until([&] { return finished_runs(folder.path("killed")) >= runs; }));
    program.send(SIGKILL);
    EXPECT_EQ(program.wait().exit_code, 128 + SIGKILL);
    const auto now = summaries(folder.path("killed"));
    for (const auto& [file, text] : finished) EXPECT_EQ(now.at(file), text) << file;
    finished = now;
    more = {"--resume"};
  }
  const auto rest = run_program(command("killed", more));
  ASSERT_EQ(rest.exit_code, 0) << rest.err;
  const auto now = summaries(folder.path("killed"));
  for (const auto& [file, text] : finished) EXPECT_EQ(now.at(file), text) << file;
  EXPECT_EQ(now.size(), 1u + 8u + 4u);
  for (const char* file : {"/table.md", "/table.csv", "/table.json"})
    EXPECT_EQ(read_text(folder.path("killed") + file), read_text(folder.path("whole") + file));
  EXPECT_EQ(rest.out, read_text(folder.path("whole/table.md")));
}

TEST(Reproduce, EveryMistakeIsMetBeforeTheFirstRun) {
  const TemporaryFolder folder;
  write_tables(folder);
  const auto complaint = [&](const Words& more, int exit_code) {
    Words words = {"reproduce", "--data", folder.path("tables"), "-o", folder.path("none")};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = run_program(words);
    EXPECT_EQ(result.exit_code, exit_code) << result.err;
    EXPECT_FALSE(fs::exists(folder.path("none")));
    return result.err;
  };
  const auto has = [](const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
  };
  EXPECT_TRUE(has(complaint({"--strategies", "none", "--sets", "bbpb"}, 2), "'bbbp'"));
  EXPECT_TRUE(has(complaint({"--strategies", "masking"}, 2), "unknown strategy 'masking'"));
  EXPECT_TRUE(has(complaint({"--strategies", "none", "--sets", "sider"}, 3), "sider.csv.gz"));
  EXPECT_TRUE(has(complaint({"--strategies", "supervised"}, 2), "--labels"));
  EXPECT_TRUE(has(complaint({"--budget", "papr"}, 2), "did you mean 'paper'?"));
  EXPECT_TRUE(has(complaint({"--seed", "x"}, 2), "--seed 'x'"));
}

}  // namespace
}  // namespace aufbau::testing
