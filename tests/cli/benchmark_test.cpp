#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/jobs.h"
#include "cli/program.h"
#include "testing/files.h"

namespace aufbau::testing {
namespace {

using Words = std::vector<std::string>;

/// The benchmark on a few molecules and a small model.
Words small_benchmark(const Words& more) {
  Words arguments = {"benchmark"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  for (const char* word : {"--molecules", "24", "--seconds", "0.01", "--layers", "2", "--width",
                           "16", "--batch-size", "16", "--quiet"})
    arguments.emplace_back(word);
  arguments.emplace_back("--data");
  arguments.push_back(test_file("../examples/data/nci_tpsa.csv"));
  return arguments;
}

TEST(BenchmarkCommand, PrintsJsonOfEveryThreadCountEncoderAndObjective) {
  const auto result =
      run_program(small_benchmark({"training", "--threads", "1,2", "--encoder", "gin,gcn",
                                   "--objectives", "attribute-masking,infomax", "--json"}));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto rows = nlohmann::json::parse(result.out)["rows"];
  ASSERT_EQ(rows.size(), 8u);
  EXPECT_EQ(rows[0]["name"], "gin 16 x 2, attribute-masking, batch 16");
  EXPECT_EQ(rows[3]["name"], "gcn 16 x 2, infomax, batch 16");
  EXPECT_EQ(rows[3]["threads"], 1);
  EXPECT_EQ(rows[4]["threads"], 2);
  EXPECT_GT(rows[4]["ceilings"][0]["ratio"], 0);
}

TEST(BenchmarkCommand, PrintsMarkdown) {
  const auto result = run_program(small_benchmark({"transfer", "--markdown"}));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto lines = lines_of(result.out);
  ASSERT_EQ(lines.size(), 5u) << result.out;
  EXPECT_EQ(lines[1], "|---|---|---|---|");
  for (const auto& line : lines) EXPECT_EQ(std::count(line.begin(), line.end(), '|'), 5) << line;
}

/// Exit code and error text of a command of the shell.
ProgramResult run_shell(const std::string& command) {
  const TemporaryFolder folder;
  const std::string err = folder.path("err");
  const int status =
      std::system(("PYTHONDONTWRITEBYTECODE=1 " + command + " > /dev/null 2> " + err).c_str());
  return {WEXITSTATUS(status), "", read_text(err)};
}

// python3 -S has no packages but its own.

TEST(BenchmarkPyTorch, TheProgramsSayWhatIsNotInstalled) {
  for (const char* program : {"step_torch.py", "step_pyg.py"}) {
    const auto result = run_shell("PYTHONPATH= python3 -S " + test_file("../scripts/benchmarks/") +
                                  program + " none.h5");
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_NE(result.err.find("PyTorch is not installed"), std::string::npos) << result.err;
  }
}

TEST(BenchmarkPyTorch, TheComparisonSaysItBeforeItMeasures) {
  const TemporaryFolder folder;
  const auto python = folder.write("python", "#!/bin/sh\nPYTHONPATH= exec python3 -S \"$@\"\n");
  std::filesystem::permissions(python, std::filesystem::perms::owner_all);
  const auto data = folder.write("data.h5", "never opened");
  const std::string compare = test_file("../scripts/benchmark-pytorch") + " --python " + python +
                              " --program " + std::getenv("AUFBAU_PROGRAM") + " ";
  const auto result = run_shell(compare + data);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_NE(result.err.find("PyTorch is not installed"), std::string::npos) << result.err;
  const auto without_data = run_shell(compare + folder.path("none.h5"));
  EXPECT_EQ(without_data.exit_code, 3);
  EXPECT_NE(without_data.err.find("none.h5 is not there"), std::string::npos) << without_data.err;
}

}  // namespace
}  // namespace aufbau::testing
